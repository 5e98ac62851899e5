/** Runs on a toy that begin where another one stood. */
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../src/engine/training/checkpoint.ts';
import { freshLoop } from '../../src/shared/checkpoint.ts';
import { movingAverage, record, type Points, type Recording } from '../support/recorded-training.ts';
import { toyConfig } from '../support/toy-problem.ts';

describe('a fork', () => {
  const cut = 17;
  const parentOf = async (options: Recording) =>
    (await record({ ...options, cancelAt: cut })).checkpoints.at(-1) as Checkpoint;
  const only = (checkpoint: Checkpoint, names: RegExp): Checkpoint => ({
    loop: { ...freshLoop, step: checkpoint.loop.step, seconds: 1, evaluations: 2 },
    tensors: checkpoint.tensors.filter(({ name }) => names.test(name)),
  });
  /** The parent evaluated at no such step. */
  const later = (points: Points): Points =>
    new Map([...points].map(([name, all]) => [name, all.filter(([step]) => step > cut)]));

  it.each([
    ['no state', {}],
    ['a moving average', movingAverage],
    ['a problem with state', { remembers: true }],
    ['best parameters', { config: { earlyStopping: { patience: 9, minDelta: 0 } } }],
    ['restarts', { config: { restarts: 2, steps: 20 } }],
  ] satisfies [string, Recording][])(
    'that takes over everything is what its parent becomes: %s',
    async (_, options) => {
      const from = await parentOf(options);
      const [parent, fork] = [
        await record({ ...options, resume: from }),
        await record({ ...options, resume: from, fork: true }),
      ];
      expect(later(fork.points)).toEqual(later(parent.points));
      expect(fork.checkpoints.at(-1)?.tensors).toEqual(parent.checkpoints.at(-1)?.tensors);
    },
  );

  it("begins with a hard evaluation of its parent's values, whatever trains them", async () => {
    const from = await parentOf({ config: { evaluateEvery: cut } });
    const { last } = from.loop;
    const fork = await record({ estimator: 'softmax', resume: only(from, /^parameter/), fork: true });
    expect(fork.points.get('hardValidation')?.[0]).toEqual([cut, last['hardValidation']]);
    expect(fork.points.get('evaluations')?.[0]).toEqual([18, 2 + toyConfig.batch]);
    expect(fork.outcome?.state).toBe('completed');
  });

  it('keeps the optimiser of its parent with its state, and begins with a new one without', async () => {
    const from = await parentOf(movingAverage);
    const next = async (names: RegExp) =>
      (
        await record({ ...movingAverage, resume: only(from, names), fork: true, cancelAt: cut + 1 })
      ).checkpoints.at(-1);
    const [state, bare] = [await next(/^(parameter|estimator|buffer|adam)/), await next(/^parameter/)];
    const power = (checkpoint: Checkpoint | undefined) =>
      checkpoint?.tensors.find(({ name }) => name === 'adam/beta1')?.data[0];
    expect(power(state)).toBeCloseTo(0.9 ** (cut + 2), 6);
    expect(power(bare)).toBeCloseTo(0.9 ** 2, 6);
  });

  it('begins its state anew, and says so, where settings change its shape', async () => {
    const from = await parentOf(movingAverage);
    const settings = { baseline: 'learned' };
    const fork = await record({
      estimator: 'reinforce',
      settings,
      resume: only(from, /^(?!best)/),
      fork: true,
    });
    expect(fork.outcome?.state).toBe('completed');
    expect(fork.log).toEqual([expect.stringContaining('start afresh')]);
  });

  it('of a run with other parameters is refused by the name of one', async () => {
    const from = await parentOf({});
    const other = {
      ...from,
      tensors: from.tensors.map((tensor) => ({ ...tensor, shape: [1, ...tensor.shape] })),
    };
    const { error } = await record({ resume: other, fork: true });
    expect(error).toMatchObject({
      kind: 'precondition',
      message: expect.stringContaining('parameter/') as string,
    });
  });
});
