/** Training value and gradient of one step: every problem's smoke model with every estimator, on webgpu against cpu. */
import { beforeAll, describe, expect, it } from 'vitest';
import { foundAdapter } from '../support/webgpu/find-adapter.ts';
import { gradientOf, smokeModels, type GradientOf, type SmokeModel } from '../support/webgpu/smoke-models.ts';
import { useCpu, useWebgpu } from '../support/webgpu/webgpu-backend.ts';

/** Of the length of the gradient, and of the value. A wrong kernel is off by its whole size. */
const SHARE = 2e-3;

let models: readonly SmokeModel[] = [];

describe.skipIf(foundAdapter() === '')('one step on webgpu', () => {
  beforeAll(async () => {
    models = await smokeModels();
  }, 120_000);

  it('is the step of cpu, of every problem and estimator', async () => {
    await useCpu();
    const expected = new Map<string, GradientOf>();
    for (const model of models) {
      for (const estimator of model.fitting) {
        const found = await gradientOf(model, estimator).catch(() => undefined);
        if (found !== undefined) expected.set(`${model.problem.id}, ${estimator.id}`, found);
      }
    }
    // All but `exact`, which refuses the text GAN for its size.
    const pairs = models.reduce((sum, { fitting }) => sum + fitting.length, 0);
    expect(expected.size).toBe(pairs - 1);
    const { watch } = await useWebgpu({ handOver: true });
    const wrong: string[] = [];
    for (const model of models) {
      for (const estimator of model.fitting) {
        const name = `${model.problem.id}, ${estimator.id}`;
        const reference = expected.get(name);
        if (reference === undefined) continue;
        const off = difference(reference, await gradientOf(model, estimator));
        if (!(off <= SHARE)) wrong.push(`${name}: off by ${off}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(watch?.trouble).toBeUndefined();
  }, 1_200_000);
});

/** The larger of the value's and the gradient's, as a share of their sizes. */
function difference(expected: GradientOf, actual: GradientOf): number {
  let [apart, size] = [0, 0];
  for (const [i, gradient] of expected.gradients.entries()) {
    for (const [j, slope] of gradient.entries()) {
      apart += (slope - (actual.gradients[i]?.[j] ?? Number.NaN)) ** 2;
      size += slope ** 2;
    }
  }
  const ofValue = Math.abs(expected.value - actual.value) / Math.max(1e-3, Math.abs(expected.value));
  return Math.max(ofValue, Math.sqrt(apart) / Math.max(1e-6, Math.sqrt(size)));
}
