/** Whose data a metric is about: one split for good, whatever the problem, and the parameters that the run keeps. */
import { describe, expect, it } from 'vitest';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { findProblem, parseConfig } from '../../src/engine/problems/registry.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { train } from '../../src/engine/training/train.ts';
import type { TrainingHost } from '../../src/engine/training/training-host.ts';
import { splits } from '../../src/shared/split.ts';
import { bareHost } from '../support/engine-host.ts';

const common = { steps: 12, batch: 8, logEvery: 2, evaluateEvery: 4 };
const small: readonly [string, object][] = [
  ['menu-auction', { options: 4, valuations: { kind: 'additive', bidders: 60 } }],
  ['regretnet', { profiles: { train: 20, validation: 12, test: 14 }, hiddenUnits: 4 }],
  ['bundle-flow', { items: 3, width: 4, evaluationPoints: 20 }],
];

type Points = Map<string, { readonly step: number; readonly value: number }[]>;

function hostInto(points: Points): TrainingHost {
  return {
    ...bareHost,
    emit(step, values) {
      for (const [name, value] of Object.entries(values))
        points.set(name, [...(points.get(name) ?? []), { step, value }]);
    },
    progress: () => undefined,
    checkpointDue: () => false,
    saveCheckpoint: () => Promise.resolve(),
    readEvery: 1,
  };
}

async function trained(id: string, raw: object) {
  const problem = findProblem(id);
  const config = parseConfig(problem, raw);
  const points: Points = new Map();
  const host = hostInto(points);
  const data = await problem.load(config, host);
  const estimator = findEstimator('reinforce');
  const job = { problem, config, data, estimator, settings: parseSettings(estimator, {}), seed: 1 };
  await train(job, host, undefined);
  return { problem, points, config, data };
}

describe.each(small)('%s', (id, raw) => {
  it('every series is of one split, from its first to its last point', async () => {
    const { problem, points, config, data } = await trained(id, { ...common, ...raw });
    const instance = problem.create(config, data, rootKey(1));
    const seen = new Map<string, string>();
    for (const split of splits) {
      for (const name of Object.keys(await instance.evaluate(split, 'full'))) {
        const described = problem.metrics.find((metric) => metric.name === name);
        // The multiplier is of no data.
        if (described?.split === undefined) continue;
        expect(described.split, name).toBe(split);
        expect(seen.get(name) ?? split, name).toBe(split);
        seen.set(name, split);
      }
    }
    instance.dispose();
    expect(new Set(seen.values())).toEqual(new Set(splits));
    const earlier = problem.metrics.filter((metric) => metric.earlier === true).map(({ name }) => name);
    expect(earlier.length).toBeGreaterThan(0);
    for (const name of points.keys()) expect(earlier).not.toContain(name);
    // What only the test split has comes once, at the end.
    for (const [name, own] of points) {
      const split = problem.metrics.find((metric) => metric.name === name)?.split;
      if (split === 'test')
        expect(
          own.map(({ step }) => step),
          name,
        ).toEqual([common.steps]);
    }
  });
});

it('the last relaxed value and gap are those of the parameters that restarts keep', async () => {
  const raw = { ...common, ...small[0]![1], restarts: 3, learningRate: 0.1 };
  const { points } = await trained('menu-auction', raw);
  const series = (name: string) => points.get(name) ?? [];
  const validation = series('hardValidationRevenue');
  const end = common.steps * 3;
  const during = validation.filter(({ step }) => step < end);
  const best = during.toSorted((a, b) => b.value - a.value)[0]!;
  const last = (name: string) => series(name).at(-1)!;
  // The fixture: the best parameters are not those of the last steps.
  expect(last('hardValidationRevenue')).toEqual({ step: end, value: best.value });
  const relaxed = series('relaxedRevenue');
  const kept = relaxed.find(({ step }) => step === best.step)!;
  expect(last('relaxedRevenue')).toEqual({ step: end, value: kept.value });
  expect(relaxed.filter(({ step }) => step === end)).toHaveLength(1);
  expect(last('gap').value).toBeCloseTo(kept.value - last('hardTrainRevenue').value, 12);
});

it('steps that early stopping skips are counted', async () => {
  const patience = { earlyStopping: { patience: 1, minDelta: 10 }, restarts: 2 };
  const { points } = await trained('menu-auction', { ...common, ...small[0]![1], ...patience });
  // No evaluation is 10 better than the first one: each restart stops after its first evaluations.
  const skipped = points.get('skippedSteps')!;
  const steps = points.get('learningRate')!.map(({ step }) => step);
  expect(skipped.at(-1)!.value).toBe(2 * common.steps - (skipped[0]!.step + skipped[1]!.step - common.steps));
  expect(steps.filter((step) => step > skipped[0]!.step && step <= common.steps)).toEqual([]);
});
