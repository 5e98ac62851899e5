import { expect, it } from 'vitest';
import { runRecord } from '../../../../test/fixtures/runs.ts';
import { beyondBudget, reachedLimit } from './budget.ts';

const run = (id: string, step: number, startedAt: number | null) => ({
  ...runRecord,
  id,
  step,
  startedAt,
  parent: null,
  evaluations: 10 * step,
  seconds: step,
});
const runs = [run('a', 60, 1), run('b', 40, 1), run('c', 0, null), run('d', 0, null)];

it('is reached where all runs together have used it', () => {
  expect(reachedLimit({ steps: 101 }, runs)).toBeNull();
  expect(reachedLimit({ steps: 100 }, runs)).toEqual({ limit: 'steps', amount: 100 });
  expect(reachedLimit({ steps: 500, evaluations: 1000 }, runs)).toEqual({
    limit: 'evaluations',
    amount: 1000,
  });
  expect(reachedLimit({ minutes: 1.5 }, runs)).toEqual({ limit: 'minutes', amount: 1.5 });
});

it('of a number of runs ends none that trains, and leaves out those that would be too many', () => {
  expect(reachedLimit({ runs: 1 }, runs)).toBeNull();
  expect(beyondBudget({ runs: 3 }, runs, runs).map(({ id }) => id)).toEqual(['d']);
  expect(beyondBudget({ runs: 1 }, runs, runs.slice(1)).map(({ id }) => id)).toEqual(['c', 'd']);
  expect(beyondBudget({ steps: 1 }, runs, runs)).toEqual([]);
});
