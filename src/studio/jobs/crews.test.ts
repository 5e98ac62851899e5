import { describe, expect, it } from 'vitest';
import { resolveExperiment } from '../../engine/catalog.ts';
import { experimentRequestSchema } from '../../shared/experiment.ts';
import type { RunRecord } from '../../shared/run.ts';
import { planCrews } from './crews.ts';

function runsOf(request: object, backend: RunRecord['spec']['backend'] = 'wasm'): RunRecord[] {
  const parsed = experimentRequestSchema.parse({ problem: 'toy-categorical', variants: [], ...request });
  return resolveExperiment(parsed, (path) => path).runs.map(
    (spec, i) =>
      ({
        ...{ id: `run-${i}`, comparison: 'c', variant: null, startedAt: null, parent: null },
        spec: { ...spec, backend },
      }) as RunRecord,
  );
}

/** Number of runs of every crew, in order. */
function sizes(runs: readonly RunRecord[], slots: number): number[] {
  const crews = [...planCrews(runs, slots).values()];
  return [...new Set(crews)].map((crew) => crews.filter((other) => other === crew).length);
}

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const toy = (count: number, config: object = {}) =>
  runsOf({ estimators: ['reinforce'], seeds: seeds(count), config });

describe('crews', () => {
  it.each([
    [32, 1, [32]],
    [32, 2, [16, 16]],
    [5, 2, [3, 2]],
    [3, 4, []],
    [1, 1, []],
    [130, 1, [44, 44, 42]],
  ])('of %i seeds on %i trainers', (count, slots, expected) => {
    expect(sizes(toy(count), slots)).toEqual(expected);
  });

  it('of several estimators are whole where there are as many of them as trainers', () => {
    const runs = runsOf({ estimators: ['reinforce', 'gumbel-softmax'], seeds: seeds(4) });
    expect(sizes(runs, 2)).toEqual([4, 4]);
    expect(sizes(runs, 4)).toEqual([2, 2, 2, 2]);
  });

  it('are not made of large runs, whose arithmetic takes longer than what a crew spares', () => {
    expect(sizes(toy(8, { classes: 100, batch: 10 }), 1)).toEqual([8]);
    expect(sizes(toy(8, { classes: 1000, batch: 1000 }), 1)).toEqual([]);
    const auction = (preset: string) =>
      runsOf({ problem: 'menu-auction', preset, estimators: ['softmax'], seeds: seeds(4) });
    expect(sizes(auction('smoke'), 1)).toEqual([4]);
    expect(sizes(auction('cats-50'), 1)).toEqual([]);
  });

  it('hold no runs of a problem, an estimator, a backend or a budget that goes alone, and none that has begun', () => {
    const arm = runsOf({ problem: 'toy-bernoulli', estimators: ['arm'], seeds: [1, 2] });
    expect(sizes(arm, 1)).toEqual([2]);
    expect(
      sizes(
        runsOf({
          ...{ problem: 'noise-contrastive', preset: 'noise-contrastive-smoke' },
          ...{ estimators: ['gradient'], seeds: [1, 2] },
        }),
        1,
      ),
    ).toEqual([]);
    expect(sizes(runsOf({ estimators: ['reinforce'], seeds: [1, 2] }, 'webgpu'), 1)).toEqual([]);
    expect(sizes(toy(2, { maxSeconds: 5 }), 1)).toEqual([]);
    expect(
      sizes(
        toy(2).map((run) => ({ ...run, startedAt: 5 })),
        1,
      ),
    ).toEqual([]);
    expect(
      sizes(
        toy(2).map((run, i) => ({ ...run, comparison: `c${i}` })),
        1,
      ),
    ).toEqual([]);
  });
});
