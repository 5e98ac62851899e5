/** From a request to a comparison that can start: everything is checked, the data are read, the reference lines computed. */
import { resolve } from 'node:path';
import { resolveExperiment, type Experiment } from '../engine/catalog.ts';
import { shortenedName } from '../shared/contract/texts.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import type { RunRecord } from '../shared/run.ts';
import type { BackendReport, PreparationStage } from '../shared/jobs.ts';
import { settleArtefacts } from './artefacts.ts';
import { expandRequest } from './forks/expand-request.ts';
import { readForkPoint, type ForkPoint } from './forks/fork-point.ts';
import { ask } from './jobs/ask.ts';
import type { Backends } from './jobs/backends.ts';
import type { ReadableStore } from './store/types.ts';

/** A comparison that has been checked and prepared, and is about to start. */
export interface Prepared {
  readonly experiment: Experiment;
  /** What its runs are forks of; null: they begin at step 0. */
  readonly point: ForkPoint | null;
  readonly backend: BackendReport;
  readonly baselines: Readonly<Record<string, number>>;
  /** One sentence on the data. */
  readonly summary: string;
}

/** What a comparison is called when nobody named it. */
export function titleOf({ experiment, point }: Prepared): string {
  return title(experiment, point);
}

function title(
  { preset, problem }: Experiment,
  parent: { readonly run: RunRecord; readonly step: number } | null,
): string {
  if (parent === null) return preset ?? problem;
  return shortenedName(`Forks of ${parent.run.name}, step ${parent.step}`);
}

/** Where requests are prepared. */
interface Place {
  readonly dataDir: string;
  readonly store: ReadableStore;
}

/** A request as it can be kept: complete, with absolute paths. That of a fork stays as it is, as its parent may train on. */
export function checkRequest(
  place: Place,
  asked: ExperimentRequest,
): { readonly title: string; readonly runs: number; readonly request: ExperimentRequest } {
  const { request, parent } = expandRequest(place, asked);
  const experiment = resolveExperiment(request, absolutePath);
  const { runs, problem, preset, config } = experiment;
  const complete: ExperimentRequest = {
    problem,
    ...(preset === null ? {} : { preset }),
    config: { ...config },
    estimators: [...new Set(runs.map(({ estimator }) => estimator))],
    settings: Object.fromEntries(runs.map(({ estimator, settings }) => [estimator, settings])),
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    backend: asked.backend,
  };
  return {
    title: title(experiment, parent),
    runs: runs.length,
    request: asked.from === undefined ? complete : asked,
  };
}

export async function prepareExperiment(
  { backends, ...place }: Place & { readonly backends: Backends },
  request: ExperimentRequest,
  signal?: AbortSignal,
  onStage: (stage: PreparationStage) => void = () => undefined,
): Promise<Prepared> {
  // Read once: a parent that trains on may write its next checkpoint meanwhile.
  let point: ForkPoint | null = null;
  const expanded = expandRequest(place, request, (run) => {
    point = readForkPoint(place.dataDir, run);
    return point.step;
  });
  const asked = resolveExperiment(expanded.request, absolutePath);
  const experiment = await settleArtefacts(asked, place);
  const choose = async () => {
    onStage({ stage: 'device', done: false, message: 'Probing the device' });
    const chosen = await backends.choose(request.backend);
    onStage({ stage: 'device', done: true, message: `${chosen.name} on ${chosen.device}` });
    return chosen;
  };
  const [backend, prepared] = await Promise.all([
    choose(),
    ask(
      'prepare',
      { problem: experiment.problem, config: { ...experiment.config } },
      { signal, onProgress: onStage },
    ),
  ]);
  return { experiment, point, backend, ...prepared };
}

/** `sample:<name>` stands for data that come with the studio, `run:<id>` for what a run trained. */
export function absolutePath(path: string): string {
  return path.startsWith('sample:') || path.startsWith('run:') ? path : resolve(path);
}
