/** The analytic bilevel problem: its slopes, its points of rest 2 / (1 + 2 xi), and the picture of the way there. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { NoChoice } from '../../src/engine/core/choice.ts';
import type { ProblemInstance } from '../../src/engine/core/problem.ts';
import { findProblem, parseConfig } from '../../src/engine/problems/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { readPicture } from '../../src/shared/pictures/picture.ts';
import { record } from '../support/recorded-training.ts';

const toy = findProblem('darts-toy');
/** Of the paper's supplement of truths, as fractions: xi, alpha = w. */
const rests: [number, number][] = [
  [0, 2],
  [0.25, 4 / 3],
  [0.5, 1],
  [1, 2 / 3],
];

function instanceOf(raw: object): ProblemInstance<NoChoice> {
  return toy.create(parseConfig(toy, raw), null, rootKey(1)) as ProblemInstance<NoChoice>;
}

function slope(instance: ProblemInstance<NoChoice>): number {
  const input = { step: 0, key: rootKey(1), temperature: 1 };
  return tf.tidy(() => {
    const alpha = instance.parameters['alpha']!;
    const { grads } = tf.variableGrads(
      () => tf.mean<tf.Scalar>(instance.step(input).objective.evaluate()),
      [alpha],
    );
    return grads[alpha.name]!.dataSync()[0]!;
  });
}

const train = (config: object) =>
  record({ problem: toy, config: parseConfig(toy, config), estimator: 'gradient' });

describe('darts-toy', () => {
  it.each([
    [0, 2, -2],
    [0.25, 2, -2],
    [0.7, -1.5, 0.5],
  ])('unroll %d at alpha = %d, w = %d: the slope is that of the unrolled loss', (xi, alpha, w) => {
    const instance = instanceOf({ unroll: xi, initialAlpha: alpha, initialWeight: w });
    const unrolled = (a: number) => a * (w - 2 * xi * (w - a)) - 2 * a + 1;
    const difference = (unrolled(alpha + 1e-5) - unrolled(alpha - 1e-5)) / 2e-5;
    expect(slope(instance)).toBeCloseTo(difference, 4);
    instance.dispose();
  });

  it.each(rests)('unroll %d: at alpha = w = %d nothing moves', (unroll, rest) => {
    const instance = instanceOf({ unroll, initialAlpha: rest, initialWeight: rest });
    expect(Math.abs(slope(instance))).toBeLessThan(3e-7);
    instance.advance!({ step: 0, key: rootKey(1), temperature: 1 });
    expect(instance.state!['weight']!.dataSync()[0]).toBe(Math.fround(rest));
    instance.dispose();
  });

  it.each(rests)(
    'unroll %d: Adam on alpha comes to rest where gradient descent does, at %d',
    async (unroll, rest) => {
      const learningRate = { kind: 'exponential', from: 0.05, to: 0.001, until: 1 };
      const { points } = await train({ unroll, learningRate, steps: 500, evaluateEvery: 500 });
      const last = (name: string) => points.get(name)!.at(-1)![1];
      expect(last('alpha')).toBeCloseTo(rest, 3);
      expect(last('weight')).toBeCloseTo(rest, 3);
      expect(last('validationLoss')).toBeCloseTo((rest - 1) ** 2, 2);
      // As published: gradient descent in both, in doubles, from (2, -2).
      let [a, w] = [2, -2];
      for (let step = 0; step < 4000; step++) {
        const stepped = w - 2 * unroll * (w - a);
        a -= 0.02 * (stepped - 2 + 2 * unroll * a);
        w -= 0.1 * 2 * (w - a);
      }
      expect([a, w]).toEqual([expect.closeTo(rest, 9), expect.closeTo(rest, 9)]);
    },
  );

  it('alpha moves first, then w at the new alpha; the way is kept, and goes on after a resumption', async () => {
    const config = { steps: 6, learningRate: 0.5, evaluateEvery: 1, logEvery: 1 };
    const whole = await train(config);
    // The slope for alpha is w - 2 = -4: Adam's first step is 0.5 upwards.
    expect(whole.points.get('alpha')![1]![1]).toBeCloseTo(2.5, 5);
    expect(whole.points.get('weight')![1]![1]).toBeCloseTo(-2 - 0.1 * 2 * (-2 - 2.5), 5);
    const stored = whole.checkpoints.at(-1)!.tensors;
    const trail = stored.find(({ name }) => name === 'outcome/trail')!;
    expect(trail.shape).toEqual([7, 2]);
    expect(Array.from(trail.data).filter((_, i) => i % 2 === 0)).toEqual(
      whole.points.get('alpha')!.map(([, alpha]) => alpha),
    );
    const cut = await record({
      problem: toy,
      config: parseConfig(toy, config),
      estimator: 'gradient',
      cancelAt: 3,
    });
    const resumed = await record({
      problem: toy,
      config: parseConfig(toy, config),
      estimator: 'gradient',
      resume: cut.checkpoints.at(-1),
    });
    expect(resumed.checkpoints.at(-1)!.tensors).toEqual(stored);
  });

  it('the picture has the way up to now, the optimum and the point of rest', async () => {
    const config = parseConfig(toy, { unroll: 0.25, steps: 1000 });
    const instance = toy.create(config, null, rootKey(1));
    for (let step = 0; step < 30; step++) instance.advance!({ step, key: rootKey(1), temperature: 1 });
    const outcome = await instance.outcome!();
    instance.dispose();
    const trained = { config, step: 30, parameters: [], outcome };
    const [definition] = toy.pictures!;
    const picture = readPicture(await definition!.draw(trained as never, {} as never), 'plane');
    const panel = picture.panels[0]!;
    if (panel.kind !== 'points') throw new Error('expected points');
    expect(panel.points).toHaveLength(4);
    // Every third of 1000 steps is a place: the start and nine more passed ones, and where it is.
    expect(panel.points[0]!.trail).toHaveLength(10);
    expect(panel.points[0]!.trail![0]).toEqual([2, -2]);
    expect(panel.points.map(({ x, y }) => [x, y])).toContainEqual([4 / 3, 4 / 3]);
    expect(panel.points.map(({ x, y }) => [x, y])).toContainEqual([1, 1]);
  });
});
