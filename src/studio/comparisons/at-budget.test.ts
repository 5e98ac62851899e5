import { describe, expect, it } from 'vitest';
import { storeWithRun } from '../../../test/fixtures/new-store.ts';
import { batchOf, runRecord } from '../../../test/fixtures/runs.ts';
import { parseBudget } from '../../shared/contract/budget.ts';
import type { RunRecord } from '../../shared/run.ts';
import { atBudget } from './at-budget.ts';

const METRIC = 'hardValidationRevenue';
const [steps, values] = [
  [0, 10, 20, 30],
  [1, 2, 3, 4],
];

/** Four points, at 100 evaluations each and half a second. */
function stored() {
  const { store, id } = storeWithRun();
  store.commit([
    batchOf(id, METRIC, steps, values),
    batchOf(
      id,
      'evaluations',
      steps,
      steps.map((step) => step * 10),
    ),
    batchOf(
      id,
      'seconds',
      steps,
      steps.map((step) => step / 20),
    ),
    batchOf(id, 'hardTestRevenue', [30], [9]),
  ]);
  const run: RunRecord = {
    ...runRecord,
    id,
    state: 'completed',
    step: 30,
    evaluations: 300,
    seconds: 1.5,
    metrics: { [METRIC]: 4, hardTestRevenue: 9 },
  };
  return { store, run };
}

describe('a budget', () => {
  it.each([
    ['steps=20', 3],
    ['steps=19.5', 2],
    ['evaluations=200', 3],
    ['evaluations=299', 3],
    ['evaluations=50', 1],
    ['seconds=0.6', 2],
  ])('of %s: the last value that cost no more', (text, value) => {
    const { store, run } = stored();
    const { runs, budget } = atBudget(store, [run], parseBudget(text)!);
    expect(runs[0]!.metrics[METRIC]).toBe(value);
    expect(runs[0]!.metrics['hardTestRevenue'], 'is measured at the end alone').toBeUndefined();
    expect(budget).toMatchObject({ endedBefore: 0 });
  });

  it('is what every completed run has spent, if nobody says how much', () => {
    const { store, run } = stored();
    const cheap = { ...run, id: 'cheap', evaluations: 150, metrics: { [METRIC]: 7 } };
    const cut = { ...run, id: 'cut', state: 'stopped', evaluations: 10 } as const;
    const { runs, budget } = atBudget(store, [run, cheap, cut], { kind: 'evaluations', amount: null });
    expect(budget).toEqual({ kind: 'evaluations', amount: 150, endedBefore: 0 });
    expect(runs.map(({ metrics }) => metrics[METRIC])).toEqual([2, 7, 4]);
  });

  it('that a run never spent leaves its last values, and is counted', () => {
    const { store, run } = stored();
    const { runs, budget } = atBudget(store, [run], { kind: 'seconds', amount: 100 });
    expect(runs).toEqual([run]);
    expect(budget).toEqual({ kind: 'seconds', amount: 100, endedBefore: 1 });
  });

  it('cannot be told of runs that do not say what they spent, or have not ended', () => {
    const { store, run } = stored();
    for (const some of [{ ...run, evaluations: 0 }, { ...run, state: 'running' } as const]) {
      expect(atBudget(store, [some], { kind: 'evaluations', amount: null }).budget).toBeNull();
    }
  });

  it.each(['', 'epochs', 'steps=', 'steps=-1', 'steps=0', 'steps=1=2', 'seconds=Infinity'])(
    'is not read from "%s"',
    (text) => expect(parseBudget(text)).toBeUndefined(),
  );
});
