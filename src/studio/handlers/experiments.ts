import { totalmem } from 'node:os';
import type { CheckedExperiment, Estimate, StartEvent } from '../../shared/contract/experiments.ts';
import { AppError, type Issue } from '../../shared/errors.ts';
import { experimentRequestSchema, MOST_RUNS, type ExperimentRequest } from '../../shared/experiment.ts';
import { combinationsOf } from '../../shared/sweep.ts';
import { settleArtefacts } from '../artefacts.ts';
import { contentIssues, experimentIssues, resolveExperiment, type Experiment } from '../catalog.ts';
import { expandRequest, type ExpandedRequest } from '../forks/expand-request.ts';
import { ask } from '../jobs/ask.ts';
import { isGpu } from '../jobs/backends.ts';
import { relay } from '../live/relay.ts';
import { absolutePath } from '../prepare.ts';
import type { Studio } from '../studio.ts';
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
      const asked = resolveExperiment(expandRequest(studio, firstOf(input)).request, absolutePath);
      const { problem, config } = await settleArtefacts(asked, studio);
      return ask('preview', { problem, config: { ...config } }, { signal });
    }),
    start: experiments.start.handler(({ input }) => guarded(start(studio, input))),
  };
}

async function check(studio: Studio, draft: Readonly<Record<string, unknown>>): Promise<CheckedExperiment> {
  const parsed = experimentRequestSchema.safeParse(draft);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({
      // The form shows what is wrong with a sweep in one place.
      path: path[0] === 'sweep' ? 'sweep' : path.map(String).join('.'),
      message,
    }));
    return { valid: false, issues };
  }
  const issues: Issue[] = [];
  const taken: Taken[] = [];
  try {
    for (const { request } of combinationsOf(parsed.data)) {
      const one = await checkOne(studio, request);
      if ('issues' in one) issues.push(...one.issues);
      else taken.push(one);
    }
  } catch (error) {
    if (!(error instanceof AppError) || error.path !== 'sweep') throw error;
    issues.push({ path: 'sweep', message: error.message.replace(/^sweep: /, '') });
  }
  const runs = taken.reduce((sum, { experiment }) => sum + experiment.runs.length, 0);
  if (runs > MOST_RUNS) {
    issues.push({
      path: 'sweep',
      message: `${runs} runs; ${MOST_RUNS} at most, so take fewer values or seeds`,
    });
  }
  const [first] = taken;
  if (issues.length > 0 || first === undefined) {
    // A mistake that all combinations share is said once.
    const once = new Map(issues.map((issue) => [`${issue.path} ${issue.message}`, issue]));
    return { valid: false, issues: [...once.values()] };
  }
  const { problem, preset, config, runs: specs } = first.experiment;
  const { parent } = first;
  return {
    valid: true,
    problem,
    preset,
    config: { ...config },
    settings: Object.fromEntries(specs.map(({ estimator, settings }) => [estimator, settings])),
    estimators: [...new Set(specs.map(({ estimator }) => estimator))],
    seeds: [...new Set(specs.map(({ seed }) => seed))],
    combinations: taken.length,
    steps: Math.max(...taken.map(({ experiment }) => experiment.steps)),
    runs,
    memory: Math.max(...taken.map(({ experiment }) => experiment.memory)),
    machineMemory: totalmem(),
    command: commandLine(parsed.data),
    parent: parent === null ? null : { run: parent.run.id, name: parent.run.name, step: parent.step },
  };
}

interface Taken {
  readonly experiment: Experiment;
  readonly parent: ExpandedRequest['parent'];
}

/** One combination: complete, or what is wrong with it. */
async function checkOne(
  studio: Studio,
  asked: ExperimentRequest,
): Promise<Taken | { readonly issues: readonly Issue[] }> {
  const expanded = expanding(studio, asked);
  if ('issues' in expanded) return expanded;
  const { request, parent } = expanded;
  const issues = experimentIssues(request);
  if (issues.length > 0) return { issues };
  const experiment = resolveExperiment(request, absolutePath);
  const wrong = await contentIssues(experiment);
  return wrong.length > 0 ? { issues: wrong } : { experiment, parent };
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

/** The first combination of a sweep stands for all of them. */
function firstOf(request: ExperimentRequest): ExperimentRequest {
  return combinationsOf(request)[0]?.request ?? request;
}

async function estimate(studio: Studio, request: ExperimentRequest, signal: AbortSignal): Promise<Estimate> {
  const expanded = expandRequest(studio, firstOf(request));
  const experiment = await settleArtefacts(resolveExperiment(expanded.request, absolutePath), studio);
  const steps = experiment.steps - (expanded.parent?.step ?? 0);
  const { name: backend } = await studio.backends.choose(request.backend);
  const firsts = [...Map.groupBy(experiment.runs, ({ estimator }) => estimator).values()].flatMap((runs) =>
    runs.slice(0, 1),
  );
  signal.throwIfAborted();
  const { parameters, stepsPerSecond } = await ask(
    'time',
    { specs: firsts.map((spec) => ({ ...spec, backend })) },
    { signal },
  );
  const seconds = experiment.runs.map(({ estimator }) => steps / (stepsPerSecond[estimator] ?? NaN));
  const concurrency = isGpu(backend) ? 1 : studio.queue.concurrency;
  const total = seconds.reduce((sum, own) => sum + own, 0) / Math.min(concurrency, seconds.length);
  return { backend, parameters, stepsPerSecond, concurrency, seconds: Math.max(total, ...seconds) };
}

async function* start(studio: Studio, request: ExperimentRequest): AsyncGenerator<StartEvent, void, void> {
  yield* relay<StartEvent, unknown>(async (emit) => {
    const { id, ended } = studio.operations.start(request, emit);
    emit({ type: 'accepted', operation: id });
    await ended;
  });
}
