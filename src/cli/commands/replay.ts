/** `replay`: train a run again and say whether the numbers agree, and where they first differ. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { problemDescriptor } from '../../studio/catalog.ts';
import { ORIGIN_FILE } from '../../shared/checkpoint.ts';
import type { MetricDescriptor } from '../../shared/descriptor.ts';
import { AppError } from '../../shared/errors.ts';
import { backendNameSchema, type RunRecord } from '../../shared/run.ts';
import { compareSeries, renamedSeries } from '../../studio/files/compare.ts';
import { readRunFile } from '../../studio/files/run-file.ts';
import { Backends } from '../../studio/jobs/backends.ts';
import { replaySpec } from '../../studio/jobs/replay.ts';
import type { Series } from '../../studio/store/types.ts';
import { dataDirOf, findRuns, withReadableStore, type CommonOptions } from '../context.ts';
import { onEnding } from '../ending.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput } from '../output.ts';

interface ReplayOptions extends CommonOptions {
  readonly backend?: string;
}

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .argument('<run>', 'a run file (.gsrun), or a run in the data folder')
    .option('--backend <name>', 'replay on a backend other than the one the run used')
    .action(async (what: string, _own: unknown, command: Command) => {
      process.exitCode = await replay(what, command.optsWithGlobals<ReplayOptions>());
    });
}

async function replay(what: string, options: ReplayOptions): Promise<number> {
  const output = createOutput(options.json === true);
  const { run, series, origin } = load(what, options);
  if (run.state !== 'completed')
    output.note(`${run.id} is ${run.state}: only the steps that it trained are compared`);
  const wanted = options.backend ?? run.spec.backend;
  const backend = backendNameSchema.safeParse(wanted);
  if (!backend.success) {
    throw new AppError(
      'validation',
      `--backend ${wanted}: expected one of ${backendNameSchema.options.join(', ')}`,
    );
  }
  await new Backends().choose(backend.data);
  const abort = new AbortController();
  onEnding({ ask: () => abort.abort() });
  let toldAt = -Infinity;
  const again = await replaySpec(
    { ...run.spec, backend: backend.data },
    {
      ...(origin === undefined ? {} : { origin }),
      signal: abort.signal,
      onProgress: ({ step, steps }) => {
        if (performance.now() - toldAt < 5000) return;
        toldAt = performance.now();
        output.note(`replaying ${run.id}: step ${step} of ${steps}`);
      },
    },
  );
  const metrics = problemDescriptor(run.spec.problem)?.metrics ?? [];
  const renamed = renamedSeries(metrics, series, again);
  if (renamed.length > 0) {
    output.note(
      `run ${run.id} is from an earlier version, which had other names for ${renamed.join(', ')}: they are left out`,
    );
  }
  const verdict = compareSeries(series, again, {
    ignore: [...measured(metrics), ...renamed],
    ...(run.state === 'completed' ? {} : { through: run.step }),
  });
  const { firstDifference: first } = verdict;
  const text =
    first === undefined
      ? `the numbers agree: ${counted(verdict.points, 'point')} of ${run.id}, equal bit for bit`
      : `the numbers differ, first in ${first.series} at step ${first.step}: stored ${first.expected}, replayed ${first.actual}`;
  output.result(text, { run: run.id, backend: backend.data, ...verdict });
  return verdict.equal ? exitCodes.ok : exitCodes.differs;
}

/** Wall-clock measurements: never equal. */
function measured(metrics: readonly MetricDescriptor[]): readonly string[] {
  return metrics.filter((metric) => !metric.deterministic).map(({ name }) => name);
}

interface Loaded {
  readonly run: RunRecord;
  readonly series: Readonly<Record<string, Series>>;
  /** Of a fork: the file that it began from. */
  readonly origin?: { readonly file: string; readonly step: number };
}

function load(what: string, options: ReplayOptions): Loaded {
  if (what.endsWith('.gsrun') || existsSync(what)) {
    const file = readRunFile(resolve(what));
    if (file.run.parent !== null) throw originMissing(file.run);
    return file;
  }
  return withReadableStore(options, (store) => {
    const runs = findRuns(store, [what]);
    const [run] = runs;
    if (run === undefined || runs.length > 1) {
      throw new AppError('validation', `"${what}" names ${runs.length} runs; replay takes one run`);
    }
    const series = store
      .series(run.id)
      .map(({ name }): [string, Series] => [name, store.readSeries(run.id, name)]);
    const loaded = { run, series: Object.fromEntries(series) };
    if (run.parent === null) return loaded;
    const file = join(dataDirOf(options), 'runs', run.id, ORIGIN_FILE);
    if (!existsSync(file)) throw originMissing(run);
    return { ...loaded, origin: { file, step: run.parent.step } };
  });
}

function originMissing({ id }: RunRecord): AppError {
  return new AppError(
    'precondition',
    `run ${id} is a fork, and its starting point is kept only in the data folder that made it; replay it there`,
  );
}
