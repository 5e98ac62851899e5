/** `picture`: one of the pictures that a run's problem has of it, as a file. */
import { extname, resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { writeFileAtomic } from '../../node/atomic-file.ts';
import { AppError } from '../../shared/errors.ts';
import { pictureCsv } from '../../shared/pictures/csv.ts';
import type { Picture } from '../../shared/pictures/picture.ts';
import { picturesOf } from '../../studio/catalog.ts';
import { sourceOf } from '../../studio/find-run.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { keptPicture } from '../../studio/kept-picture.ts';
import { fromFileError } from '../../node/file-error.ts';
import { dataDirOf, findOneRun, withReadableStore, type CommonOptions } from '../context.ts';
import { untilEnding } from '../ending.ts';
import { createOutput, table } from '../output.ts';

interface PictureOptions extends CommonOptions {
  readonly out?: string;
  readonly step?: number;
}

/** Kept steps that the list names at either end. */
const SHOWN_STEPS = 3;

const writers: Readonly<Record<string, (picture: Picture) => string | Promise<string | Buffer>>> = {
  // It brings a charting library, which no other command waits for.
  '.svg': async (picture) => (await import('../../studio/report/pictures.ts')).drawPicture(picture),
  '.pdf': async (picture) => {
    const [{ drawPicture }, { svgAsPdf }] = await Promise.all([
      import('../../studio/report/pictures.ts'),
      import('../../studio/report/pdf.ts'),
    ]);
    return svgAsPdf(drawPicture(picture));
  },
  '.csv': pictureCsv,
  '.json': (picture) => `${JSON.stringify(picture)}\n`,
};

export function addPictureCommand(program: Command): void {
  program
    .command('picture')
    .argument('<run>', 'run, or a comparison of one run')
    .argument('[name]', 'the picture (default: the first one)')
    .option(
      '--step <n>',
      'the picture kept at this step, or the newest before it (the config key picturesEvery keeps them)',
      stepOption,
    )
    .option(
      '--out <file>',
      'file.svg, file.pdf, file.csv (all numbers) or file.json; without it, --json prints the picture as JSON',
    )
    .action((run: string, name: string | undefined, _own: unknown, command: Command) =>
      picture(run, name, command.optsWithGlobals<PictureOptions>()),
    );
}

async function picture(word: string, named: string | undefined, options: PictureOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const run = findOneRun(options, word);
  const kept = withReadableStore(options, (store) => store.keptSteps(run.id));
  const pictures = picturesOf(run.spec).map((picture) => ({
    ...picture,
    steps: kept.find(({ name }) => name === picture.name)?.steps ?? [],
  }));
  if (named === undefined && options.out === undefined && options.step === undefined) {
    const rows = pictures.map(({ name, label, help, steps }) => [name, label, stepsText(steps), help]);
    output.result(table(['picture', '', 'kept steps', ''], rows), { run: run.id, pictures });
    return;
  }
  const name = named ?? pictures[0]?.name;
  if (name === undefined) {
    throw new AppError('precondition', `${run.spec.problem} has no picture of such a run, only its curves`);
  }
  const file = options.out === undefined ? null : resolve(options.out);
  const write = file === null ? undefined : writerOf(file);
  const { step } = options;
  const drawn =
    step === undefined
      ? await untilEnding((signal) =>
          ask(
            'picture',
            { run: sourceOf(run, dataDirOf(options)), name },
            { signal, onLog: (message) => output.note(message) },
          ),
        )
      : withReadableStore(options, (store) => keptPicture(store, run.id, name, step));
  if (file === null || write === undefined) {
    output.result(pictureCsv(drawn.picture).trimEnd(), { run: run.id, name, ...drawn });
    return;
  }
  try {
    await writeFileAtomic(file, await write(drawn.picture));
  } catch (error) {
    throw fromFileError(error, file);
  }
  output.result(file, { run: run.id, name, step: drawn.step, file });
}

function stepOption(word: string): number {
  if (/^\d{1,15}$/.test(word)) return Number(word);
  throw new InvalidArgumentError('expected a step: a whole number, 0 or more');
}

/** The first and the last few. */
function stepsText(steps: readonly number[]): string {
  if (steps.length <= 2 * SHOWN_STEPS + 1) return steps.join(', ');
  return [...steps.slice(0, SHOWN_STEPS), '...', ...steps.slice(-SHOWN_STEPS)].join(', ');
}

function writerOf(file: string): (picture: Picture) => string | Promise<string | Buffer> {
  const write = writers[extname(file).toLowerCase()];
  if (write !== undefined) return write;
  throw new AppError(
    'validation',
    `--out ${file}: expected a name that ends in ${Object.keys(writers).join(', ')}`,
    { path: 'out' },
  );
}
