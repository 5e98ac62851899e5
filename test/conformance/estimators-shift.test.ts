/** What the logits of a categorical choice share changes no estimate, however large it is: softmax does not see it. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import { estimators, parseSettings } from '../../src/engine/estimators/registry.ts';
import { smoothObjective, type ChoiceCase } from '../support/estimators/cases.ts';
import { sampleGradients } from '../support/estimators/sampling.ts';

/** Multiples of 8 are numbers of float32 up to 1e8; the second choice has no value at 0. */
const logits = [0, 0, -8, -8, -16, -8];
const variants = estimators
  .filter(({ supports }) => supports.includes('categorical'))
  .flatMap((definition) =>
    definition.examples.map((raw) => ({
      definition,
      settings: parseSettings(definition, raw),
    })),
  );

describe.each(variants)('$definition.id $settings', (variant) => {
  const at = (shift: number, own = logits) => {
    const choice: ChoiceCase = {
      kind: 'categorical',
      latents: 2,
      classes: 3,
      logits: own.map((logit) => logit + shift),
    };
    const objective = smoothObjective('quadratic', choice).tensors;
    return sampleGradients(variant, choice, objective, { rows: 200, seed: 3, temperature: 0.5 });
  };

  test('the same numbers at 1e4, 1e6, 1e7 and 1e8, above and below', () => {
    const { gradient, value } = at(0);
    for (const shift of [1e4, 1e6, 1e7, 1e8, -1e4, -1e8]) {
      const moved = at(shift);
      expect(moved.gradient).toBeAllClose([...gradient], { absolute: 1e-3, relative: 1e-3 });
      expect(moved.value).toBeCloseTo(value, 4);
    }
  });

  test('estimates differ from row to row if, and only if, something is drawn', () => {
    const { gradient, size } = at(0, [0.4, -0.3, 0.9, 0.1, 0, -0.2]);
    const same = gradient.every((value, i) => Math.abs(value - gradient[i % size]!) < 1e-6);
    expect(same).toBe((variant.definition.noise?.(variant.settings, 9) ?? 'drawn') !== 'drawn');
  });
});

afterAll(() => {
  tf.disposeVariables();
});
