/** How long an experiment would take, by training each of its estimators for about a second. */
import type { Estimate } from '../shared/contract/experiments.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import { settleArtefacts } from './artefacts.ts';
import { requestVariants, resolveExperiment } from './catalog.ts';
import { expandRequest } from './forks/expand-request.ts';
import { ask } from './jobs/ask.ts';
import { isGpu, type Backends } from './jobs/backends.ts';
import { absolutePath } from './prepare.ts';
import type { ReadableStore } from './store/types.ts';

interface Place {
  readonly dataDir: string;
  readonly store: ReadableStore;
  readonly backends: Backends;
  /** Runs at once. */
  readonly queue: { readonly concurrency: number };
}

export async function estimate(
  studio: Place,
  request: ExperimentRequest,
  signal: AbortSignal,
): Promise<Estimate> {
  const variants = requestVariants(request).map((variant) => {
    const expanded = expandRequest(studio, variant.request);
    return { ...resolveExperiment(expanded.request, absolutePath), from: expanded.parent?.step ?? 0 };
  });
  const [first] = variants;
  if (first === undefined) throw new Error('a request has at least one variant');
  const { name: backend } = await studio.backends.choose(request.backend, { work: variants, signal });
  let parameters = 0;
  const stepsPerSecond: Record<string, number> = {};
  for (const variant of variants) {
    // With each estimator the first variant that has it stands for all of them.
    const { runs } = await settleArtefacts(variant, studio);
    const specs = [...Map.groupBy(runs, ({ estimator }) => estimator)].flatMap(([estimator, [run]]) =>
      run === undefined || estimator in stepsPerSecond ? [] : [{ ...run, backend }],
    );
    if (specs.length === 0) continue;
    signal.throwIfAborted();
    const timed = await ask('time', { specs }, { signal });
    if (variant === first) ({ parameters } = timed);
    Object.assign(stepsPerSecond, timed.stepsPerSecond);
  }
  const seconds = variants.flatMap(({ runs, steps, from }) =>
    runs.map(({ estimator }) => (steps - from) / (stepsPerSecond[estimator] ?? NaN)),
  );
  const concurrency = isGpu(backend) ? 1 : studio.queue.concurrency;
  const total = seconds.reduce((sum, own) => sum + own, 0) / Math.min(concurrency, seconds.length);
  return { backend, parameters, stepsPerSecond, concurrency, seconds: Math.max(total, ...seconds) };
}
