/** `import`: run files, and what other programs wrote, into the data folder, any number at once. */
import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { AppError, toWireError, validationError } from '../../shared/errors.ts';
import type { RunRecord } from '../../shared/run.ts';
import { createStudio, type Studio } from '../../studio/studio.ts';
import { dataDirOf, withReadableStore, type CommonOptions } from '../context.ts';
import { columnRoles, foreignOptionsSchema, type ForeignOptions } from '../../shared/foreign-columns.ts';
import { enterFolder, isDoor, type Door } from '../door.ts';
import { untilEnding } from '../ending.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { noteDoor } from '../handed.ts';
import { createOutput, printable, type Output } from '../output.ts';

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .argument('<files...>', 'run files, files of other programs, folders')
    .option(
      '--columns <role=name,...>',
      `roles of the columns whose names do not show them: ${columnRoles.join(', ')}, as in run=trial,step=t`,
      '',
    )
    .option('--metric <name>', 'for files of other programs: the metric to rank by (default: the first)')
    .addOption(
      new Option(
        '--direction <which>',
        'whether larger or smaller is better; by default, smaller for names such as loss or error',
      ).choices(['maximize', 'minimize']),
    )
    .option(
      '--group <name>',
      'for files of other programs: the comparison that the runs join (default: named after the file)',
    )
    .action(async (files: string[], _own: unknown, command: Command) => {
      process.exitCode = await importCommand(files, command.optsWithGlobals<ImportCommandOptions>());
    });
}

/** What the command line says of files of other programs. */
interface ForeignWords {
  /** `run=trial,step=t` */
  readonly columns: string;
  readonly metric: string;
  readonly direction: string;
  readonly group: string;
}

interface ImportCommandOptions extends CommonOptions, Partial<ForeignWords> {}

interface Refused {
  readonly file: string;
  readonly error: AppError;
}

/** Every file is tried. @returns the exit code: that of the first file which was refused */
async function importCommand(files: readonly string[], options: ImportCommandOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const foreign = foreignOptionsOf(options);
  const dataDir = dataDirOf(options);
  const entered = await enterFolder(dataDir, () =>
    createStudio({ dataDir, program: 'gumbel-studio import' }),
  );
  const imported: RunRecord[] = [];
  const refused: Refused[] = [];
  try {
    if (isDoor(entered)) noteDoor({ output, dataDir }, entered);
    await untilEnding(async (signal) => {
      for (const file of files) {
        const line = progressLine(file, output);
        try {
          const taking = { signal, options, foreign, onProgress: line.update };
          imported.push(...(await take(entered, resolve(file), taking)));
        } catch (error) {
          const known = isDoor(entered) ? entered.error(error) : error;
          if (
            !(known instanceof AppError) ||
            files.length === 1 ||
            known.kind === 'cancelled' ||
            known.kind === 'internal'
          )
            throw known;
          refused.push({ file, error: known });
        } finally {
          line.end();
        }
      }
    });
  } finally {
    await entered.close();
  }
  output.result(textOf(imported, refused), {
    runs: imported,
    ...(files.length === 1
      ? {}
      : { refused: refused.map(({ file, error }) => ({ file, error: toWireError(error) })) }),
  });
  return refused[0] === undefined ? 0 : exitCodeOf(refused[0].error);
}

/** @throws AppError validation that names the option */
function foreignOptionsOf({ columns = '', metric, direction, group }: Partial<ForeignWords>): ForeignOptions {
  const pairs = columns.split(',').flatMap((word) => {
    if (word.trim() === '') return [];
    const at = word.indexOf('=');
    if (at > 0) return [[word.slice(0, at).trim(), word.slice(at + 1).trim()] as const];
    throw new AppError('validation', `--columns ${word}: expected role=name, as in run=trial,step=t`, {
      path: 'columns',
    });
  });
  const parsed = foreignOptionsSchema.safeParse({
    columns: Object.fromEntries(pairs),
    metric,
    direction,
    group,
  });
  if (!parsed.success) throw validationError(parsed.error, 'import');
  return parsed.data;
}

function textOf(imported: readonly RunRecord[], refused: readonly Refused[]): string {
  const came = imported.map(
    (run) => `${run.id} imported (${run.spec.estimator}, seed ${run.spec.seed}, ${run.state})`,
  );
  if (refused.length === 0) return came.join('\n');
  return [
    ...came,
    `${counted(imported.length, 'run')} imported, ${counted(refused.length, 'file')} refused:`,
    ...refused.map(({ file, error: { message } }) => {
      const named = message.includes(basename(file)) ? message : `${file}: ${message}`;
      return `  ${printable(named)}`;
    }),
  ].join('\n');
}

interface Taking {
  readonly signal: AbortSignal;
  readonly options: CommonOptions;
  readonly foreign: ForeignOptions;
  onProgress(share: number): void;
}

async function take(
  entered: Studio | Door,
  path: string,
  { signal, options, foreign, onProgress }: Taking,
): Promise<readonly RunRecord[]> {
  if (!isDoor(entered)) return entered.imports.openAll(path, { signal, foreign, onProgress });
  const id = randomUUID();
  const following = new AbortController();
  void follow(entered, id, following.signal, onProgress);
  let runs: readonly RunSummary[];
  try {
    ({ runs } = await entered.client.imports.open({ path, id, foreign }, { signal }));
  } finally {
    following.abort();
  }
  return withReadableStore(options, (store) => runs.map(({ id: run }) => store.run(run)!));
}

/** How far an import of the studio that holds the folder is. */
async function follow(
  { client }: Door,
  id: string,
  signal: AbortSignal,
  onProgress: (share: number) => void,
): Promise<void> {
  try {
    for await (const event of await client.events.stream({ cursor: null }, { signal }))
      if (event.type === 'import' && event.import.id === id) onProgress(event.import.share);
  } catch {
    // The only way in which it ends.
  }
}

/** Quick imports say nothing. */
const FIRST_WORD_MS = 1000;
const LINE_MS = 5000;

/** One line that is written over on a terminal, a line now and then elsewhere. */
function progressLine(file: string, output: Output): { update(share: number): void; end(): void } {
  const terminal = process.stderr.isTTY && !output.json;
  let next = performance.now() + FIRST_WORD_MS;
  let shown = false;
  return {
    update(share) {
      const now = performance.now();
      if (now < next) return;
      next = now + (terminal ? 200 : LINE_MS);
      const text = `${printable(basename(file).slice(0, 60))}: ${Math.floor(100 * share)} %`;
      if (terminal) process.stderr.write(`\r\u001b[K${text}`);
      else output.note(text);
      shown = true;
    },
    end() {
      if (terminal && shown) process.stderr.write('\r\u001b[K');
    },
  };
}
