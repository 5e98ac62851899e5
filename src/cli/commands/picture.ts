/** `picture`: one of the pictures that a run's problem has of it, as a file. */
import { extname, resolve } from 'node:path';
import type { Command } from 'commander';
import writeFileAtomic from 'write-file-atomic';
import { AppError } from '../../shared/errors.ts';
import { pictureCsv } from '../../shared/pictures/csv.ts';
import type { Picture } from '../../shared/pictures/picture.ts';
import { picturesOf } from '../../studio/catalog.ts';
import { sourceOf } from '../../studio/find-run.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { drawPicture } from '../../studio/report/pictures.ts';
import { fromFileError } from '../../node/file-error.ts';
import { dataDirOf, findOneRun, type CommonOptions } from '../context.ts';
import { untilEnding } from '../ending.ts';
import { createOutput, table } from '../output.ts';

interface PictureOptions extends CommonOptions {
  readonly out?: string;
}

const writers: Readonly<Record<string, (picture: Picture) => string>> = {
  '.svg': drawPicture,
  '.csv': pictureCsv,
  '.json': (picture) => `${JSON.stringify(picture)}\n`,
};

export function addPictureCommand(program: Command): void {
  program
    .command('picture')
    .description(
      "draw what a run's problem shows of it, from its final (or last) parameters; without a name and a file: which pictures there are",
    )
    .argument('<run>', 'run, or a comparison of one run')
    .argument('[name]', 'the picture; the first one without it')
    .option('--out <file>', 'file.svg, file.csv (all numbers) or file.json; with --json and without it: JSON')
    .action((run: string, name: string | undefined, _own: unknown, command: Command) =>
      picture(run, name, command.optsWithGlobals<PictureOptions>()),
    );
}

async function picture(word: string, named: string | undefined, options: PictureOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const run = findOneRun(options, word);
  const pictures = picturesOf(run.spec);
  if (named === undefined && options.out === undefined) {
    const rows = pictures.map(({ name, label, help }) => [name, label, help]);
    output.result(table(['picture', '', ''], rows), { run: run.id, pictures });
    return;
  }
  const name = named ?? pictures[0]?.name;
  if (name === undefined) {
    throw new AppError(
      'precondition',
      `${run.spec.problem} has no picture of such a run; its curves are all there is`,
    );
  }
  const file = options.out === undefined ? null : resolve(options.out);
  const write = file === null ? undefined : writerOf(file);
  const source = sourceOf(run, dataDirOf(options));
  const drawn = await untilEnding((signal) =>
    ask('picture', { run: source, name }, { signal, onLog: (message) => output.note(message) }),
  );
  if (file === null || write === undefined) {
    output.result(pictureCsv(drawn.picture).trimEnd(), { run: run.id, name, ...drawn });
    return;
  }
  try {
    await writeFileAtomic(file, write(drawn.picture));
  } catch (error) {
    throw fromFileError(error, file);
  }
  output.result(file, { run: run.id, name, step: drawn.step, file });
}

function writerOf(file: string): (picture: Picture) => string {
  const write = writers[extname(file).toLowerCase()];
  if (write !== undefined) return write;
  throw new AppError(
    'validation',
    `--out ${file}: expected a name that ends in ${Object.keys(writers).join(', ')}`,
    { path: 'out' },
  );
}
