/**
 * Do the intervals of the lab cover what they say, for every estimator? 40 seeds of 128 estimates each. What is covered: of an
 * unbiased estimator the exact gradient, else the mean over all seeds, likewise for variance, error and cosine. An interval that
 * covers with probability 0.93 covers 30 times of 40 or fewer with probability below 4e-4; with these seeds none does.
 */
import { expect, test } from 'vitest';
import { GradientStatistics } from '../../src/engine/diagnostics/gradient-statistics.ts';
import {
  disposeState,
  discreteChoice,
  prepareEstimator,
  rowGradients,
  tiledNumbers,
} from '../../src/engine/diagnostics/row-gradients.ts';
import { estimators, parseSettings } from '../../src/engine/estimators/registry.ts';
import { discreteObjective, type ChoiceShape } from '../../src/engine/objectives/discrete-objective.ts';
import { expectation } from '../../src/engine/objectives/expectation.ts';
import { parseObjective } from '../../src/engine/objectives/objective-text.ts';
import { rootKey } from '../../src/engine/random/key.ts';

const SEEDS = 40;
const ROWS = 128;
const FEWEST = 31;

const logits = { categorical: [0.4, -0.3, 0.9], bernoulli: [0.3, -0.8] };
const drawing = estimators.filter(
  ({ noise, examples, supports }) =>
    noise?.(examples[0], Infinity) !== 'none' && supports.some((kind) => kind !== 'continuous'),
);

test.each(drawing.map((definition) => ({ id: definition.id, definition })))('$id', async ({ definition }) => {
  const kind = definition.supports.includes('categorical') ? 'categorical' : 'bernoulli';
  const own = logits[kind];
  const shape: ChoiceShape =
    kind === 'categorical' ? { kind, latents: 1, classes: 3 } : { kind, latents: 2, classes: 2 };
  const text = kind === 'categorical' ? 'table:1,2,0.5' : 'expr:sum((z-0.45)^2)';
  const objective = discreteObjective(await parseObjective(text), shape);
  const exact = expectation(objective, own)!.gradient;
  const reference = { first: exact, second: exact };
  const estimator = prepareEstimator(definition, parseSettings(definition, {}), shape, rootKey(0));
  const numbers = tiledNumbers(own, ROWS);
  const all = new GradientStatistics(own.length, reference);
  const each: GradientStatistics[] = [];
  try {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { values } = await rowGradients(estimator, numbers, discreteChoice(shape), objective.tensors, {
        key: rootKey(seed),
        temperature: 0.7,
      });
      const statistics = new GradientStatistics(own.length, reference);
      for (let row = 0; row < ROWS; row++) {
        statistics.add(values, row * own.length);
        all.add(values, row * own.length);
      }
      each.push(statistics);
    }
  } finally {
    numbers.dispose();
    disposeState(estimator);
  }

  const pooled = all.moments();
  const truth = definition.bias === 'unbiased' ? exact : pooled.mean;
  const covered = own.map(
    (_, i) =>
      each.filter((statistics) => {
        const { mean, variance } = statistics.moments();
        return Math.abs(mean[i]! - truth[i]!) <= 1.96 * Math.sqrt(variance[i]! / ROWS) + 1e-6;
      }).length,
  );
  for (const count of covered) expect(count).toBeGreaterThanOrEqual(FEWEST);

  const figures = all.figures();
  const bias = Math.hypot(...exact.map((value, i) => truth[i]! - value));
  for (const [name, value] of [
    ['bias', bias],
    ['variance', figures.variance!.value],
    ['mse', figures.mse!.value],
    ['cosine', figures.cosine!.value],
  ] as const) {
    const intervals = each.flatMap((statistics) => statistics.figures()[name] ?? []);
    // Without an interval nothing is claimed.
    const right = intervals.filter(
      ({ low, high }) => low === null || high === null || (low - 1e-6 <= value && value <= high + 1e-6),
    );
    expect(right.length, name).toBeGreaterThanOrEqual(FEWEST);
  }
});
