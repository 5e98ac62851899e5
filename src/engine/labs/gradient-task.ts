import {
  isContinuous,
  MOST_HISTOGRAMS,
  type GradientResult,
  type GradientTask,
} from '../../shared/gradient.ts';
import { Histograms } from '../diagnostics/histograms.ts';
import { findEstimator, parseSettings } from '../estimators/registry.ts';
import { prepareCase } from './estimator-case.ts';
import type { LabHost } from './lab-host.ts';
import { Sampler } from './sampler.ts';

/** One estimator against the exact gradient, logit by logit or parameter by parameter. */
export async function sampleGradient(
  task: GradientTask,
  host: LabHost<GradientResult>,
): Promise<GradientResult> {
  const definition = findEstimator(task.estimator);
  const kind = isContinuous(task.distribution) ? 'continuous' : undefined;
  const settings = parseSettings(definition, task.settings, kind);
  const prepared = await prepareCase(task, definition, host.memory);
  const size = task.logits.length;
  const shown = size <= MOST_HISTOGRAMS ? task.bins : 0;
  const histograms = shown > 0 ? new Histograms(size, shown, prepared.exact) : undefined;
  const sampler = new Sampler(task, prepared, settings, task.temperature);
  const result = (): GradientResult => {
    const { mean, variance } = sampler.statistics.moments();
    const count = sampler.statistics.count;
    const { unseen, doubts, trusted, figuresTrusted } = sampler.reliability();
    return {
      kind: 'gradient',
      estimator: task.estimator,
      samples: count,
      evaluationsPerSample: sampler.evaluations,
      warmedUp: sampler.warmedUp,
      coordinates: Array.from(mean, (value, i) => ({
        exact: prepared.exact?.[i] ?? null,
        mean: value,
        standardError: Math.sqrt(variance[i]! / count),
        variance: variance[i]!,
        trusted: trusted[i]!,
      })),
      unseen,
      doubts,
      figures: sampler.statistics.figures(figuresTrusted),
      histograms: histograms?.histograms ?? [],
    };
  };
  try {
    const before = Sampler.warmUpSamples(task);
    const total = before + task.samples;
    await sampler.warmUp(async (done) => {
      host.progress(done, total, () => null);
      await host.breathe();
    });
    while (!sampler.done) {
      const drawn = await sampler.next();
      histograms?.add(drawn);
      // A variance needs two.
      if (sampler.statistics.count > 1) host.progress(before + sampler.statistics.count, total, result);
      await host.breathe();
    }
    return result();
  } finally {
    sampler.dispose();
  }
}
