/**
 * Runs of other programs as run files, with the records that the Python package writes (python/gumbel_studio/records.py, ADR 0019):
 * the problem is one of its own, described by its metrics, and the comparison's id follows from its name.
 */
import { join } from 'node:path';
import { assumedDirection, foreignName } from './names.ts';
import type { ForeignOptions } from '../../../shared/foreign-columns.ts';
import { AppError } from '../../../shared/errors.ts';
import { shortenedName } from '../../../shared/contract/texts.ts';
import type { ComparisonRecord, RunRecord } from '../../../shared/run.ts';
import { sha256 } from '../../../node/digest.ts';
import { writeRunFile } from '../run-file.ts';
import type { Series } from '../../store/types.ts';
import type { ForeignRun } from './foreign-run.ts';
import { identifierOf, seedIn, seriesNamesOf } from './names.ts';

/** Of a script or logger: the clock of a run. */
const SECONDS = 'seconds';

export interface MadeFile {
  readonly path: string;
  readonly run: string;
}

/**
 * @param madeIn the kind of file, as `madeIn` of the settings says it
 * @param group name of the comparison, unless the options have one
 * @param folder where to write
 * @param source for messages
 * @throws AppError validation: no points, two values of a metric at one step, no such metric
 */
export function writeForeignRuns(
  runs: ReadonlyMap<string, ForeignRun>,
  {
    madeIn,
    group: usual,
    folder,
    source,
    options,
  }: {
    readonly madeIn: string;
    readonly group: string;
    readonly folder: string;
    readonly source: string;
    readonly options: ForeignOptions;
  },
): readonly MadeFile[] {
  const group = options.group ?? shortenedName(usual);
  const all = [...runs.values()].filter(({ series }) => series.size > 0);
  const measured = [...new Set(all.flatMap(({ series }) => [...series.keys()]))];
  const metric = options.metric ?? measured.find((name) => name !== SECONDS);
  if (metric === undefined)
    throw new AppError(
      'validation',
      `${source}: expected metrics of runs, found no numbers; choose another file.`,
    );
  if (!measured.includes(metric))
    throw new AppError(
      'validation',
      `${source}: expected a metric called ${metric}, found ${measured.slice(0, 20).join(', ')}.`,
    );
  const names = seriesNamesOf(measured);
  const problem = `${madeIn}.${identifierOf(group)}`.slice(0, 64);
  const comparison = comparisonOf(problem, group, {
    label: group,
    direction: options.direction ?? assumedDirection(metric),
    metric: names.get(metric)!,
    labels: Object.fromEntries(
      [...names].flatMap(([name, plain]) => (name === plain ? [] : [[plain, shortenedName(name)]])),
    ),
  });
  return all.map((run, i) => {
    const series = Object.create(null) as Record<string, Series>;
    for (const [name, points] of run.series) {
      series[names.get(name)!] = sorted(points, madeIn, `${source}, run ${run.run}, metric ${name}`);
    }
    const record = recordOf(run, series, comparison, madeIn);
    const path = join(folder, `${i}.gsrun`);
    writeRunFile(path, { run: record, comparison, series, parameters: [], pictures: [] });
    return { path, run: record.id };
  });
}

function comparisonOf(
  problem: string,
  group: string,
  told: NonNullable<NonNullable<ComparisonRecord['elsewhere']>['problem']>,
): ComparisonRecord {
  return {
    id: `g${sha256(JSON.stringify(['group', problem, group])).slice(0, 15)}`,
    name: group,
    problem,
    preset: null,
    backend: 'cpu',
    baselines: null,
    variantBaselines: [],
    exact: [],
    verdict: { metric: told.metric, step: null, test: 't', margin: null },
    elsewhere: { group, problem: told },
    sweep: null,
    confirms: null,
    guide: null,
    executor: null,
    createdAt: Date.now(),
  };
}

function recordOf(
  run: ForeignRun,
  series: Readonly<Record<string, Series>>,
  comparison: ComparisonRecord,
  madeIn: string,
): RunRecord {
  const { name, seed } = nameAndSeed(run);
  // The same run of the same comparison again is that run, whatever it has measured since.
  const id = `${comparison.id}-${sha256(JSON.stringify([run.run])).slice(0, 10)}`;
  const step = Object.values(series).reduce((most, { steps }) => Math.max(most, steps.at(-1)!), 0);
  const clock = series[SECONDS]?.values.at(-1) ?? 0;
  const seconds = Number.isFinite(clock) && clock > 0 ? clock : 0;
  return {
    id,
    comparison: comparison.id,
    name: shortenedName(`${name}, seed ${seed}`),
    spec: {
      problem: comparison.problem,
      config: run.config,
      estimator: identifierOf(name),
      settings: { madeIn },
      seed,
      backend: 'cpu',
    },
    state: 'completed',
    reason: '',
    step,
    steps: step,
    seconds,
    stepsPerSecond: seconds > 0 ? step / seconds : 0,
    evaluations: 0,
    metrics: Object.fromEntries(
      Object.entries(series).map(([metric, { values }]) => {
        const last = values.at(-1)!;
        return [metric, Number.isFinite(last) ? last : null];
      }),
    ),
    environment: null,
    createdAt: comparison.createdAt,
    startedAt: comparison.createdAt,
    endedAt: comparison.createdAt,
    notes: '',
    alerts: [],
    tags: [],
    archivedAt: null,
    parent: null,
    variant: null,
    // Nobody says what its seed determined: it pairs with nothing.
    pairing: { task: sha256(JSON.stringify(['run', id])).slice(0, 16), weights: {} },
    task: null,
  };
}

function nameAndSeed({ run, name, seed }: ForeignRun): { name: string; seed: number } {
  const told = seedIn(run);
  return { name: name ?? foreignName(told?.name ?? run), seed: seed ?? told?.seed ?? 0 };
}

/**
 * In step order. Of event files, which a program that began again wrote on, the last value of a step counts; a table that has two is
 * one of several runs.
 */
function sorted(
  { steps, values }: { readonly steps: readonly number[]; readonly values: readonly number[] },
  madeIn: string,
  where: string,
): Series {
  const order = Array.from(steps.keys()).sort((a, b) => steps[a]! - steps[b]! || a - b);
  const kept: number[] = [];
  for (const i of order) {
    const last = kept.at(-1);
    if (last === undefined || steps[last] !== steps[i]) kept.push(i);
    else if (madeIn === 'tensorboard' || madeIn === 'mlflow') kept[kept.length - 1] = i;
    else {
      throw new AppError(
        'validation',
        `${where}: expected one value per step, found two at step ${steps[i]}; name the column that tells runs apart with --columns run=….`,
      );
    }
  }
  return {
    steps: Float64Array.from(kept, (i) => steps[i]!),
    values: Float64Array.from(kept, (i) => values[i]!),
  };
}
