import { totalmem } from 'node:os';
import type { CheckedExperiment, Estimate, StartEvent } from '../../shared/contract/experiments.ts';
import { AppError, type Issue } from '../../shared/errors.ts';
import { experimentRequestSchema, type ExperimentRequest } from '../../shared/experiment.ts';
import { settleArtefacts } from '../artefacts.ts';
import { contentIssues, experimentIssues, resolveExperiment } from '../catalog.ts';
import { expandRequest, type ExpandedRequest } from '../forks/expand-request.ts';
import { askTrainer } from '../jobs/ask-trainer.ts';
import { isGpu } from '../jobs/backends.ts';
import { summarise } from '../live/run-summary.ts';
import { relay } from '../live/relay.ts';
import { absolutePath, titleOf, type Prepared, type Studio } from '../studio.ts';
import { commandLine } from './command-line.ts';
import { guarded, implementation } from './implement.ts';

export function experimentHandlers(studio: Studio) {
  const { experiments } = implementation;
  let estimating: AbortController | undefined;
  return {
    check: experiments.check.handler(({ input }) => check(studio, input)),
    estimate: experiments.estimate.handler(async ({ input, signal }) => {
      // Two at once would slow each other down, and both would be wrong.
      estimating?.abort();
      estimating = new AbortController();
      const own = estimating.signal;
      return estimate(studio, input, signal === undefined ? own : AbortSignal.any([own, signal]));
    }),
    preview: experiments.preview.handler(async ({ input, signal }) => {
      const asked = resolveExperiment(expandRequest(studio, input).request, absolutePath);
      const { problem, config } = await settleArtefacts(asked, studio);
      const job = { mode: 'preview' as const, problem, config: { ...config } };
      return (await askTrainer(job, 'previewed', signal === undefined ? {} : { signal })).preview;
    }),
    start: experiments.start.handler(({ input, signal }) => guarded(start(studio, input, signal))),
  };
}

async function check(studio: Studio, draft: Readonly<Record<string, unknown>>): Promise<CheckedExperiment> {
  const parsed = experimentRequestSchema.safeParse(draft);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      path: path.map(String).join('.'),
      message,
    }));
    return { valid: false, issues };
  }
  const expanded = expanding(studio, parsed.data);
  if ('issues' in expanded) return { valid: false, issues: [...expanded.issues] };
  const { request, parent } = expanded;
  const issues = experimentIssues(request);
  if (issues.length > 0) return { valid: false, issues: [...issues] };
  const experiment = resolveExperiment(request, absolutePath);
  const wrong = await contentIssues(experiment);
  if (wrong.length > 0) return { valid: false, issues: [...wrong] };
  const { problem, preset, config, steps, memory, runs } = experiment;
  return {
    valid: true,
    problem,
    preset,
    config: { ...config },
    settings: Object.fromEntries(runs.map(({ estimator, settings }) => [estimator, settings])),
    estimators: [...new Set(runs.map(({ estimator }) => estimator))],
    seeds: [...new Set(runs.map(({ seed }) => seed))],
    steps,
    runs: runs.length,
    memory,
    machineMemory: totalmem(),
    command: commandLine(parsed.data),
    parent: parent === null ? null : { run: parent.run.id, name: parent.run.name, step: parent.step },
  };
}

/** What is wrong with the fork that the request asks for, as issues of its fields. */
function expanding(
  studio: Studio,
  request: ExperimentRequest,
): ExpandedRequest | { readonly issues: readonly Issue[] } {
  try {
    return expandRequest(studio, request);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { issues, message, path = 'from' } = error;
    return { issues: issues.length > 0 ? issues : [{ path, message }] };
  }
}

async function estimate(studio: Studio, request: ExperimentRequest, signal: AbortSignal): Promise<Estimate> {
  const expanded = expandRequest(studio, request);
  const experiment = await settleArtefacts(resolveExperiment(expanded.request, absolutePath), studio);
  const steps = experiment.steps - (expanded.parent?.step ?? 0);
  const { name: backend } = await studio.backends.choose(request.backend);
  const firsts = [...Map.groupBy(experiment.runs, ({ estimator }) => estimator).values()].flatMap((runs) =>
    runs.slice(0, 1),
  );
  signal.throwIfAborted();
  const { parameters, stepsPerSecond } = await askTrainer(
    { mode: 'time', specs: firsts.map((spec) => ({ ...spec, backend })) },
    'timed',
    { signal },
  );
  const seconds = experiment.runs.map(({ estimator }) => steps / (stepsPerSecond[estimator] ?? NaN));
  const concurrency = isGpu(backend) ? 1 : studio.queue.concurrency;
  const total = seconds.reduce((sum, own) => sum + own, 0) / Math.min(concurrency, seconds.length);
  return { backend, parameters, stepsPerSecond, concurrency, seconds: Math.max(total, ...seconds) };
}

async function* start(
  studio: Studio,
  request: ExperimentRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<StartEvent, void, void> {
  const ended = new AbortController();
  const either = AbortSignal.any(signal === undefined ? [ended.signal] : [ended.signal, signal]);
  try {
    const prepared = yield* relay<StartEvent, Prepared>((emit) =>
      studio.prepare(request, either, (stage) => emit({ type: 'preparing', ...stage })),
    );
    if (either.aborted) throw new AppError('cancelled', 'cancelled before the runs started');
    const { comparison, runs } = studio.start(prepared, request.name ?? titleOf(prepared));
    yield { type: 'started', comparison, runs: runs.map((run) => summarise(run, comparison.name)) };
  } finally {
    ended.abort();
  }
}
