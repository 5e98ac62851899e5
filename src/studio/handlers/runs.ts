import { picturesOf } from '../catalog.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import { AppError } from '../../shared/errors.ts';
import type { RunRecord } from '../../shared/run.ts';
import { forkStep } from '../forks/fork-point.ts';
import { finiteOrNull } from '../live/publishing-store.ts';
import { summarise } from '../live/run-summary.ts';
import { DamageError } from '../store/checksum.ts';
import type { Studio } from '../studio.ts';
import { differingKeys, flatConfig } from './config-keys.ts';
import { findRun } from '../find-run.ts';
import { implementation } from './implement.ts';
import { besideWindow, stepWindow } from './step-window.ts';

/** Events sent with a run, the newest. */
const MOST_EVENTS = 1000;

function requestOf({ spec, variant }: RunRecord): ExperimentRequest {
  return {
    problem: spec.problem,
    config: spec.config,
    estimators: [spec.estimator],
    settings: { [spec.estimator]: spec.settings },
    seeds: [spec.seed],
    ...(variant === null ? {} : { variants: [{ name: variant, config: {}, settings: {} }] }),
    backend: 'auto',
  };
}

/** Looking at runs: nothing here changes anything. */
export function runHandlers({ store, feed, dataDir }: Studio) {
  const { runs } = implementation;
  const find = (id: string) => findRun(store, id);
  return {
    list: runs.list.handler(({ input }) => {
      const names = new Map(store.comparisons().map(({ id, name }) => [id, name]));
      const { runs, damaged } = store.storedRuns();
      const all = runs.map((run) => summarise(run, names.get(run.comparison) ?? ''));
      const { states, problems, archived } = input.filter;
      const selected = all.filter(
        ({ state, problem, archivedAt }) =>
          (archivedAt !== null) === archived &&
          states?.includes(state) !== false &&
          problems?.includes(problem) !== false,
      );
      return {
        total: selected.length,
        stored: all.filter(({ archivedAt }) => archivedAt === null).length,
        runs: selected.slice(input.offset, input.offset + input.limit),
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
    clone: runs.clone.handler(({ input }) => requestOf(find(input.id))),
    fork: runs.fork.handler(({ input }) => {
      const run = find(input.id);
      forkStep(dataDir, run);
      return { ...requestOf(run), from: run.id };
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
