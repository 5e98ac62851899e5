/**
 * Every estimator, every example of its settings, every kind of choice: what the docstrings claim, against enumeration and
 * quadrature on the host. Failure rate by chance and seeds: test/support/estimators/z-test.ts.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { Choice, Objective } from '../../src/engine/core/choice.ts';
import { estimators, findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import {
  cases,
  describeCase,
  extremeChoice,
  rowShape,
  smoothNames,
  smoothObjective,
  tableEntries,
  tableObjective,
  tiledChoice,
  type ChoiceCase,
} from '../support/estimators/cases.ts';
import { knownAnswers } from '../support/estimators/known-answers.ts';
import { hostProbabilities, stateProbabilities, trueGradient } from '../support/estimators/references.ts';
import {
  initialState,
  momentsOf,
  sampleFor,
  sampleGradients,
  sampleTableGradients,
} from '../support/estimators/sampling.ts';
import { testedBackend, useTestBackend } from '../support/use-backend.ts';
import { comparisons, errors, expectMeans } from '../support/estimators/z-test.ts';

/**
 * Fewer on the slow backend, whose intervals are wider: there each estimate is also that of the fast one, number by number,
 * where the means are told apart from others with many.
 */
const drawnRows = testedBackend === 'cpu' ? 500 : 10_000;
/** TensorFlow's library computes the last numbers of an array by other instructions: the last bit depends on the place. */
const ofPlace = testedBackend === 'tensorflow' ? 1e-6 : 0;
/** No logit of the cases is a multiple of it: sparsemax has its kinks there. */
const temperature = 0.75;

const variants = estimators.flatMap((definition) =>
  definition.examples.map((example) => {
    const settings = parseSettings(definition, example);
    return {
      name: `${definition.id} ${JSON.stringify(example)}`,
      definition,
      settings,
      supports: definition.supports,
    };
  }),
);

/**
 * Means that the whole file compares, at most: counted before any test runs, so that the failure rate holds whatever is
 * filtered out.
 */
const planned = variants.reduce((sum, { supports }) => {
  const taken = cases.filter(({ kind }) => supports.includes(kind));
  const means = taken.map(({ logits, classes, latents }) => 5 * logits.length + classes ** latents + 1);
  return sum + means.reduce((a, b) => a + b, 0) + 4;
}, 0);

/** Where every biased estimator is far from the truth. */
const declaredBias: { choiceCase: ChoiceCase; f: 'quartic' | 'cosine' }[] = [
  { choiceCase: { kind: 'bernoulli', latents: 1, classes: 2, logits: [-1.5] }, f: 'quartic' },
  { choiceCase: { kind: 'categorical', latents: 1, classes: 3, logits: [0.4, -0.3, 0.9] }, f: 'cosine' },
];

describe.each(variants)('$name', (variant) => {
  const { definition, settings } = variant;
  const isBiased = definition.bias === 'biased';
  const own = isBiased ? knownAnswers[definition.id] : undefined;
  const supported = cases
    .filter(({ kind }) => variant.supports.includes(kind))
    .map((choiceCase) => ({ choiceCase, label: describeCase(choiceCase) }));

  test('a biased estimator has its own mean in known-answers.ts', () => {
    const lacking = `${definition.id} is biased, and no entry of test/support/estimators/known-answers.ts says what its mean is`;
    expect(own !== undefined, lacking).toBe(isBiased);
  });
  // The other tests would hold it against the exact gradient, which it does not claim to be.
  if (isBiased && own === undefined) return;

  describe.each(supported)('$label', ({ choiceCase }) => {
    const expectedMean = (objective: ReturnType<typeof smoothObjective>) =>
      own === undefined
        ? trueGradient(choiceCase, objective)
        : own.mean(choiceCase, objective, temperature, settings);
    const slack = 2e-5 + (own?.slack ?? 0);
    const noise = definition.noise?.(settings, choiceCase.classes ** choiceCase.latents) ?? 'drawn';
    /** Rows that draw nothing are all alike. */
    const rows = noise === 'drawn' ? drawnRows : 50;
    const reachable = expectedMean(smoothObjective('linear', choiceCase)) !== undefined;

    test('shape, finiteness, evaluations, seeds', () => {
      const smooth = smoothObjective('cosine', choiceCase).tensors;
      const calls = { count: 0 };
      const objective: Objective = {
        relaxable: true,
        evaluate: (z) => {
          calls.count += 1;
          return smooth.evaluate(z);
        },
      };
      const run = (seed: number) =>
        sampleGradients(variant, choiceCase, objective, { rows: 50, seed, temperature });
      const sample = run(11);
      expect(sample.evaluations).toBe(calls.count);
      expect(sample.gradient).toHaveLength(50 * choiceCase.logits.length);
      expect(sample.gradient.every(Number.isFinite)).toBe(true);
      expect(Number.isFinite(sample.value)).toBe(true);
      expect(sample.evaluations).toBeGreaterThanOrEqual(1);
      expect(Number.isInteger(sample.evaluations)).toBe(true);
      expect(run(11).gradient).toEqual(sample.gradient);
      if (noise === 'none') expect(run(12).gradient).toEqual(sample.gradient);
      else if (noise === 'rounding')
        expect(run(12).gradient).toBeAllClose(sample.gradient, { absolute: 1e-6 });
      else expect(run(12).gradient).not.toEqual(sample.gradient);
    });

    const cosineSample = once(() =>
      sampleGradients(variant, choiceCase, smoothObjective('cosine', choiceCase).tensors, {
        rows,
        seed: 20,
        temperature,
      }),
    );

    if (reachable) {
      test.each(smoothNames)('the mean for %s f', (name) => {
        const objective = smoothObjective(name, choiceCase);
        const sample =
          name === 'cosine'
            ? cosineSample()
            : sampleGradients(variant, choiceCase, objective.tensors, { rows, seed: 20, temperature });
        expectMeans(momentsOf(sample), expectedMean(objective)!, slack);
      });

      const tableSample = once(() =>
        sampleTableGradients(variant, choiceCase, { rows, seed: 22, temperature }),
      );

      test('the mean for a table of values', () => {
        const table = tf.tensor2d(tableEntries(choiceCase), [1, tableEntries(choiceCase).length]);
        expectMeans(momentsOf(tableSample().logits), expectedMean(tableObjective(choiceCase, table))!, slack);
        table.dispose();
      });

      test("the gradient for f's own parameters", () => {
        const exactly = stateProbabilities(choiceCase, hostProbabilities(choiceCase, choiceCase.logits));
        const expected = own === undefined ? exactly : own.table(choiceCase, temperature, settings)!;
        expectMeans(momentsOf(tableSample().table), expected, slack);
      });
    }

    if (testedBackend === 'cpu')
      test('estimates are those of the other backend', async () => {
        const draw = () => {
          const options = { rows: 50, seed: 71, temperature };
          const smooth = sampleGradients(
            variant,
            choiceCase,
            smoothObjective('cosine', choiceCase).tensors,
            options,
          );
          const { logits, table } = sampleTableGradients(variant, choiceCase, options);
          return [...smooth.gradient, ...logits.gradient, ...table.gradient];
        };
        const here = draw();
        await useTestBackend('wasm');
        const there = draw();
        await useTestBackend('cpu');
        expect(here).toBeAllClose(there, { absolute: 1e-5, relative: 1e-4 });
      });

    test('zero for a constant f', () => {
      const objective = smoothObjective('constant', choiceCase);
      const sample = sampleGradients(variant, choiceCase, objective.tensors, { rows, seed: 23, temperature });
      expectMeans(
        momentsOf(sample),
        choiceCase.logits.map(() => 0),
      );
      expect(sample.value).toBeCloseTo(3, 5);
    });

    test('rows are independent samples', () => {
      const { gradient, size } = cosineSample();
      if (noise !== 'drawn') {
        const first = Array.from(gradient.subarray(0, size));
        for (let row = 1; row < 50; row++)
          expect(gradient.subarray(row * size, (row + 1) * size)).toBeAllClose(first, {
            absolute: noise === 'rounding' ? 1e-6 : ofPlace,
          });
        return;
      }
      const moments = momentsOf({ gradient, size });
      const widest = moments.reduce(
        (best, { variance: here }, i) => (here > moments[best]!.variance ? i : best),
        0,
      );
      const { mean, variance } = moments[widest]!;
      const at = (row: number) => gradient[row * size + widest]! - mean;
      let products = 0;
      for (let row = 1; row < rows; row++) products += at(row) * at(row - 1);
      expectMeans(
        [{ mean: products / rows / variance, error: 1 / Math.sqrt(rows), variance: 1, varianceError: 0 }],
        [0],
      );
    });

    test('leaves no tensor behind in a training step', () => {
      const logits = tf.variable(tf.ones([4, ...rowShape(choiceCase)]));
      const table = tf.variable(tf.ones([4, choiceCase.classes ** choiceCase.latents]));
      const state = initialState(variant, choiceCase);
      const step = (index: number) => {
        const kept: { value?: tf.Scalar; next: [tf.Variable, tf.Tensor][] } = { next: [] };
        const { value, grads } = tf.variableGrads(() => {
          const choice = { kind: choiceCase.kind, logits: tf.mul(logits, 2) } as Choice;
          const estimate = definition.estimate({
            choice,
            objective: tableObjective(choiceCase, table as tf.Variable<tf.Rank.R2>).tensors,
            key: fold(rootKey(1), index),
            temperature,
            settings,
            state,
          });
          kept.value = tf.keep(estimate.value);
          for (const [name, next] of Object.entries(estimate.nextBuffers ?? {})) {
            kept.next.push([state.buffers[name]!, tf.keep(next)]);
          }
          expect(estimate.surrogate.shape).toEqual([]);
          return estimate.surrogate;
        }, [logits, table]);
        expect(Object.keys(grads).sort()).toEqual([logits.name, table.name].sort());
        for (const [buffer, next] of kept.next) buffer.assign(next);
        tf.dispose([value, grads, kept.value!, kept.next.map(([, next]) => next)]);
      };
      step(0);
      const before = tf.memory().numTensors;
      step(1);
      step(2);
      expect(tf.memory().numTensors).toBe(before);
      tf.dispose([logits, table, state.parameters, state.buffers]);
    });

    if (definition.pathwise)
      test('finite differences of the value with the noise held', () => {
        const objective = smoothObjective('cosine', choiceCase).tensors;
        const at = (logits: readonly number[]) => {
          const choice = tiledChoice({ ...choiceCase, logits }, 1);
          const sample = sampleFor(variant, choice, objective, { seed: 31, temperature });
          choice.logits.dispose();
          return sample;
        };
        const step = 0.02;
        const slopes = choiceCase.logits.map((_, i) => {
          const moved = (by: number) => choiceCase.logits.map((x, j) => (i === j ? x + by : x));
          return (at(moved(step)).value - at(moved(-step)).value) / (2 * step);
        });
        // Rounding 1e-7 / step, truncation step^2 / 6 times a third derivative of a few units.
        expect(at(choiceCase.logits).gradient).toBeAllClose(slopes, { absolute: 1e-3 });
      });

    test('finite for extreme logits', () => {
      const choice = extremeChoice(choiceCase);
      const state = initialState(variant, choiceCase);
      const objective = smoothObjective('cosine', choiceCase).tensors;
      for (const tau of [1, 0.05]) {
        const sample = sampleFor(variant, choice, objective, { seed: 41, temperature: tau, state });
        expect(Array.from(sample.gradient).filter((g) => !Number.isFinite(g))).toEqual([]);
        expect(Number.isFinite(sample.value)).toBe(true);
        const logits = choice.logits.dataSync();
        expect(Array.from(sample.gradient).filter((g, i) => logits[i] === -Infinity && g !== 0)).toEqual([]);
      }
      tf.dispose([choice.logits, state.parameters, state.buffers]);
    });

    if (noise === 'none')
      test('permuting the rows permutes the gradients', () => {
        const objective = smoothObjective('cosine', choiceCase).tensors;
        const order = [3, 0, 4, 1, 2];
        const spread = tf.tidy(() =>
          tf.mul(
            tiledChoice(choiceCase, 5).logits,
            tf.reshape(tf.range(0, 5), [5, ...rowShape(choiceCase).map(() => 1)]),
          ),
        );
        const permuted = tf.gather(spread, order);
        const run = (logits: tf.Tensor) =>
          sampleFor(variant, { kind: choiceCase.kind, logits } as Choice, objective, {
            seed: 51,
            temperature,
          });
        const [before, after] = [run(spread), run(permuted)];
        const { size } = before;
        order.forEach((from, to) => {
          const rowOf = (sample: typeof before, row: number) =>
            Array.from(sample.gradient.subarray(row * size, (row + 1) * size));
          expect(rowOf(after, to)).toBeAllClose(rowOf(before, from), { absolute: Math.max(1e-7, ofPlace) });
        });
        tf.dispose([spread, permuted]);
      });
  });

  const declared = declaredBias.filter(({ choiceCase }) => variant.supports.includes(choiceCase.kind));
  test.each(declared)('the bias is as declared for $f f', ({ choiceCase, f }) => {
    const objective = smoothObjective(f, choiceCase);
    const moments = momentsOf(
      sampleGradients(variant, choiceCase, objective.tensors, { rows: Math.max(drawnRows, 2000), seed: 61 }),
    );
    const exact = { definition: findEstimator('exact'), settings: {} };
    const truth = Array.from(
      sampleGradients(exact, choiceCase, objective.tensors, { rows: 1, seed: 62 }).gradient,
    );
    expect(truth).toBeAllClose(trueGradient(choiceCase, objective), { absolute: 1e-5 });
    if (definition.bias === 'unbiased') {
      expectMeans(moments, truth);
      return;
    }
    const distances = moments.map(
      ({ mean, error }, i) => Math.abs(mean - truth[i]!) / (errors * error + 1e-3),
    );
    expect(Math.max(...distances)).toBeGreaterThan(1);
  });
});

test('as many comparisons as the stated failure rate allows', () => {
  expect(planned).toBeGreaterThan(500);
  expect(planned).toBeLessThanOrEqual(16_000);
});

afterAll(() => {
  expect(comparisons()).toBeLessThanOrEqual(planned);
});

/** Made when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
