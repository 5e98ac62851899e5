import { currentProblem, picturesOf } from '../catalog.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import { AppError } from '../../shared/errors.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { forkStep } from '../forks/fork-point.ts';
import { finiteOrNull } from '../live/publishing-store.ts';
import { summarise } from '../live/run-summary.ts';
import { DamageError } from '../store/checksum.ts';
import type { Studio } from '../studio.ts';
import { findRun } from '../find-run.ts';
import { implementation } from './implement.ts';
import { flatten, type JsonObject } from '../../shared/config-path.ts';
import type { Decimated, DecimationWindow, ReadableStore } from '../store/types.ts';

/** Events sent with a run, the newest. */
const MOST_EVENTS = 1000;

function requestOf(
  { spec, variant }: RunRecord,
  executor: ComparisonRecord['executor'] | undefined,
): ExperimentRequest {
  return {
    problem: spec.problem,
    config: spec.config,
    estimators: [spec.estimator],
    settings: { [spec.estimator]: spec.settings },
    seeds: [spec.seed],
    ...(variant === null ? {} : { variants: [{ name: variant, config: {}, settings: {} }] }),
    backend: 'auto',
    ...(executor ? { executor } : {}),
  };
}

/** Looking at runs: nothing here changes anything. */
export function runHandlers({ store, feed, dataDir, queue }: Studio) {
  const { runs } = implementation;
  const find = (id: string) => findRun(store, id);
  const executorOf = ({ comparison }: RunRecord) => store.comparison(comparison)?.executor;
  return {
    list: runs.list.handler(({ input }) => {
      const { filter, offset, limit } = input;
      // Pages ask for all there are, part by part: nothing but this part is read.
      if (filter.states === undefined && filter.problems === undefined && filter.archived === null) {
        const { runs, damaged } = store.storedRuns({ offset, limit });
        const counts = { total: store.countRuns(), stored: store.countRuns({ archived: false }) };
        const of = comparisonsOf(store, runs);
        const shown = runs.map((run) => summarise(run, of.get(run.comparison)));
        return { ...counts, runs: shown, damaged: [...damaged], cursor: feed.cursor };
      }
      const known = new Map(store.comparisons().map((one) => [one.id, one]));
      const { runs, damaged } = store.storedRuns();
      const all = runs.map((run) => summarise(run, known.get(run.comparison)));
      const { states, archived } = filter;
      const problems = filter.problems?.map(currentProblem);
      const selected = all.filter(
        ({ state, problem, archivedAt }) =>
          (archived === null || (archivedAt !== null) === archived) &&
          states?.includes(state) !== false &&
          problems?.includes(problem) !== false,
      );
      return {
        total: selected.length,
        stored: all.filter(({ archivedAt }) => archivedAt === null).length,
        runs: selected.slice(offset, offset + limit),
        damaged: [...damaged],
        cursor: feed.cursor,
      };
    }),
    get: runs.get.handler(({ input }) => {
      const run = find(input.id);
      const comparison = store.comparison(run.comparison);
      if (comparison === undefined)
        throw new AppError('internal', `the comparison of run ${run.id} is missing`);
      const damage: string[] = [];
      const readable = <T>(read: () => readonly T[]) => {
        try {
          return read();
        } catch (error) {
          if (!(error instanceof DamageError)) throw error;
          damage.push(error.message);
          return [];
        }
      };
      return {
        run,
        comparison,
        task: queue.dispatcher.taskOf(run.id) ?? (run.task && { ...run.task, folder: null }),
        series: readable(() => store.series(run.id)).map((info) => ({
          ...info,
          min: Number.isFinite(info.min) ? info.min : null,
          max: Number.isFinite(info.max) ? info.max : null,
        })),
        pictures: [...picturesOf(run.spec)],
        events: readable(() => store.events(run.id)).slice(-MOST_EVENTS),
        damage,
        cursor: feed.cursor,
      };
    }),
    series: runs.series.handler(({ input }) => ({
      series: input.series.map(({ run: id, name }) => {
        const window = stepWindow(input.window, find(id).steps);
        const decimated = store.decimate(id, name, window);
        const { before, after } = besideWindow(window, (beyond) => store.decimate(id, name, beyond));
        return {
          run: id,
          name,
          steps: [...before.steps, ...decimated.steps, ...after.steps],
          values: finiteOrNull(Float64Array.of(...before.values, ...decimated.values, ...after.values)),
          count: decimated.count,
          nonFinite: decimated.nonFinite,
        };
      }),
      cursor: feed.cursor,
    })),
    clone: runs.clone.handler(({ input }) => {
      const run = find(input.id);
      return requestOf(run, executorOf(run));
    }),
    fork: runs.fork.handler(({ input }) => {
      const run = find(input.id);
      forkStep(dataDir, run);
      return { ...requestOf(run, executorOf(run)), from: run.id };
    }),
    configKeys: runs.configKeys.handler(() => differingKeys(store.runs().map(({ spec }) => spec.config))),
    configValues: runs.configValues.handler(({ input: { key } }) => ({
      values: store.runs().flatMap(({ id, spec }) => {
        const value = flatConfig(spec.config).get(key);
        return value === undefined ? [] : [{ run: id, value }];
      }),
    })),
  };
}

function comparisonsOf(
  store: ReadableStore,
  runs: readonly RunRecord[],
): ReadonlyMap<string, ComparisonRecord | undefined> {
  return new Map(
    [...new Set(runs.map(({ comparison }) => comparison))].map((id) => [id, store.comparison(id)]),
  );
}

/** Runs of a comparison share one frozen config: each is flattened once. */
const flattened = new WeakMap<JsonObject, ReadonlyMap<string, string>>();

/** Values as JSON by dotted key (`valuations.kind`); a list is one value. */
export function flatConfig(config: JsonObject): ReadonlyMap<string, string> {
  const known = flattened.get(config);
  if (known !== undefined) return known;
  const flat = new Map(flatten(config).map(([path, value]) => [path, JSON.stringify(value)]));
  flattened.set(config, flat);
  return flat;
}

/** Keys that have more than one value over all configs (missing counts as one), sorted. */
export function differingKeys(configs: readonly JsonObject[]): string[] {
  const distinct = [...new Set(configs)].map(flatConfig);
  const keys = new Set(distinct.flatMap((flat) => [...flat.keys()]));
  return [...keys].filter((key) => new Set(distinct.map((flat) => flat.get(key))).size > 1).sort();
}

/** @param steps steps that the runs will have: where an open window ends */
function stepWindow(
  {
    from,
    to,
    columns,
  }: { readonly from: number | null; readonly to: number | null; readonly columns: number },
  steps: number,
): DecimationWindow {
  const first = from ?? 0;
  return { from: first, to: to ?? Math.max(first, steps), columns };
}

type Points = Pick<Decimated, 'steps' | 'values'>;

/** The last point before a window and the first one after it, none or one each. */
export function besideWindow(
  { from, to }: DecimationWindow,
  decimate: (window: DecimationWindow) => Points,
): { readonly before: Points; readonly after: Points } {
  const none: Points = { steps: new Float64Array(), values: new Float64Array() };
  const part = ({ steps, values }: Points, start: number, end?: number): Points => ({
    steps: steps.slice(start, end),
    values: values.slice(start, end),
  });
  const last = Math.ceil(from) - 1;
  return {
    // One column keeps its first and its last point.
    before: last < 0 ? none : part(decimate({ from: 0, to: last, columns: 1 }), -1),
    after: part(decimate({ from: Math.floor(to) + 1, to: Number.MAX_SAFE_INTEGER, columns: 1 }), 0, 1),
  };
}
