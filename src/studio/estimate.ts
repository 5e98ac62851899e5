/** How long an experiment would take, by training each of its estimators for about a second. */
import type { Estimate } from '../shared/contract/experiments.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import { settleArtefacts } from './artefacts.ts';
import { requestVariants, resolveExperiment } from './catalog.ts';
import { expandRequest } from './forks/expand-request.ts';
import { ask } from './jobs/ask.ts';
import { isGpu, type Backends } from './jobs/backends.ts';
import { crewSize, trainersEach } from './jobs/crews.ts';
import { absolutePath } from './prepare.ts';
import type { ReadableStore } from './store/types.ts';

interface Place {
  readonly dataDir: string;
  readonly store: ReadableStore;
  readonly backends: Backends;
  /** Trainers at once, and whether each of them trains one run at a time. */
  readonly queue: { readonly concurrency: number; readonly oneByOne: boolean };
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
  const concurrency = isGpu(backend) ? 1 : studio.queue.concurrency;
  const groups = variants.flatMap(({ runs }) => [...new Set(runs.map(({ estimator }) => estimator))]);
  const share = trainersEach(groups.length, concurrency);
  let parameters = 0;
  const stepsPerSecond: Record<string, number> = {};
  const together: Record<string, number> = {};
  /** Seconds of every crew. */
  const seconds: number[] = [];
  for (const variant of variants) {
    // With each estimator the first variant that has it stands for all of them.
    const { runs } = await settleArtefacts(variant, studio);
    const begun = [...Map.groupBy(runs, ({ estimator }) => estimator)].map(([estimator, seeds]) => {
      const spec = { ...seeds[0]!, backend };
      const goesAlone = studio.queue.oneByOne || variant.from > 0;
      return {
        estimator,
        spec,
        seeds: seeds.length,
        crew: goesAlone ? 1 : crewSize(spec, seeds.length, share),
      };
    });
    const fresh = begun.filter(({ estimator }) => !(estimator in stepsPerSecond));
    if (fresh.length > 0) {
      signal.throwIfAborted();
      const specs = fresh.map(({ spec }) => spec);
      const timed = await ask('time', { specs, together: fresh.map(({ crew }) => crew) }, { signal });
      if (variant === first) ({ parameters } = timed);
      Object.assign(stepsPerSecond, timed.stepsPerSecond);
      for (const { estimator, crew } of fresh) together[estimator] = crew;
    }
    for (const { estimator, seeds, crew } of begun) {
      const each = (variant.steps - variant.from) / (stepsPerSecond[estimator] ?? NaN);
      for (let left = seeds; left > 0; left -= crew) seconds.push(Math.min(left, crew) * each);
    }
  }
  const total = seconds.reduce((sum, own) => sum + own, 0) / Math.min(concurrency, seconds.length);
  return {
    ...{ backend, parameters, stepsPerSecond, together, concurrency },
    seconds: Math.max(total, ...seconds),
  };
}
