/** Exact: the short cut of an f that enumerates itself, and what it refuses. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Objective } from '../../src/engine/core/choice.ts';
import { findEstimator } from '../../src/engine/estimators/registry.ts';
import { cases, smoothObjective, type ChoiceCase } from '../support/estimators/cases.ts';
import { sampleGradients } from '../support/estimators/sampling.ts';

describe('objectives that enumerate themselves', () => {
  test('Exact takes the short cut for D = 1, and counts it as K evaluations', () => {
    const choiceCase = cases[1]!;
    const objective = smoothObjective('cosine', choiceCase);
    const values = Array.from({ length: 4 }, (_, k) => Math.cos(k));
    const short: Objective = {
      relaxable: false,
      evaluate: () => {
        throw new Error('not asked for');
      },
      enumerate: () => tf.tile(tf.tensor2d(values, [1, 4]), [3, 1]),
    };
    const exact = { definition: findEstimator('exact'), settings: {} };
    const sample = sampleGradients(exact, choiceCase, short, { rows: 3, seed: 1 });
    const long = sampleGradients(exact, choiceCase, objective.tensors, { rows: 3, seed: 1 });
    expect(sample.gradient).toBeAllClose(long.gradient, { absolute: 1e-6 });
    expect([sample.evaluations, long.evaluations]).toEqual([4, 4]);
  });

  test('Exact refuses what it cannot enumerate, with the count and the memory', () => {
    const exact = { definition: findEstimator('exact'), settings: {} };
    const bits: ChoiceCase = {
      kind: 'bernoulli',
      latents: 13,
      classes: 2,
      logits: new Array<number>(13).fill(0),
    };
    const run = (choiceCase: ChoiceCase, size: number) => () =>
      sampleGradients(exact, choiceCase, smoothObjective('linear', choiceCase).tensors, {
        rows: size,
        seed: 1,
      });
    expect(run(bits, 1)).toThrow(/13 choices of 2 values have 8192 values together.*at most 4096/);
    const wide: ChoiceCase = {
      kind: 'categorical',
      latents: 1,
      classes: 600,
      logits: new Array<number>(600).fill(0),
    };
    expect(run(wide, 2000)).toThrow(/600 values together, whose z take 2747 MiB/);
  });
});
