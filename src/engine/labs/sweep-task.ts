import { AppError } from '../../shared/errors.ts';
import { isContinuous, type SweepResult, type SweepTask } from '../../shared/gradient.ts';
import { findEstimator, parseSettings } from '../estimators/registry.ts';
import { prepareCase } from './estimator-case.ts';
import type { LabHost } from './lab-host.ts';
import { Sampler } from './sampler.ts';

/** One estimator at several settings. All points go on together, so that the whole curve is there at once and sharpens. */
export async function sweep(task: SweepTask, host: LabHost<SweepResult>): Promise<SweepResult> {
  const { over, values } = task;
  const definition = findEstimator(task.estimator);
  const prepared = await prepareCase(task, definition, host.memory, values.length);
  const kind = isContinuous(task.distribution) ? 'continuous' : undefined;
  const samplers: Sampler[] = [];
  const result = (): SweepResult => ({
    kind: 'sweep',
    estimator: task.estimator,
    over,
    points: samplers.map((sampler, i) => {
      const { statistics, evaluations, warmedUp } = sampler;
      const { unseen, doubts, figuresTrusted } = sampler.reliability();
      return {
        at: values[i]!,
        samples: statistics.count,
        evaluationsPerSample: evaluations,
        warmedUp,
        unseen,
        doubts,
        figures: statistics.figures(figuresTrusted),
      };
    }),
  });
  try {
    for (const value of values) {
      const own = over === 'temperature' ? task.settings : { ...task.settings, [over]: value };
      const temperature = over === 'temperature' ? positive(value) : task.temperature;
      samplers.push(new Sampler(task, prepared, parseSettings(definition, own, kind), temperature));
    }
    const before = Sampler.warmUpSamples(task);
    const total = values.length * (before + task.samples);
    for (const [i, sampler] of samplers.entries()) {
      await sampler.warmUp(async (done) => {
        host.progress(i * before + done, total, () => null);
        await host.breathe();
      });
    }
    while (samplers.some(({ done }) => !done)) {
      for (const sampler of samplers) {
        if (sampler.done) continue;
        await sampler.next();
        // A task that comes meanwhile has its turn after one batch.
        await host.breathe();
      }
      const done = samplers.reduce((sum, { statistics }) => sum + statistics.count, 0);
      host.progress(values.length * before + done, total, result);
    }
    return result();
  } finally {
    for (const sampler of samplers) sampler.dispose();
  }
}

function positive(temperature: number): number {
  if (temperature > 0) return temperature;
  throw new AppError('validation', `values: expected temperatures above 0, found ${temperature}`, {
    path: 'values',
  });
}
