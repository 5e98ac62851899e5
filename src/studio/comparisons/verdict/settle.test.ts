import { expect, it } from 'vitest';
import { runRecord } from '../../../../test/fixtures/runs.ts';
import type { Verdict } from '../../../shared/contract/verdict.ts';
import type { RunRecord } from '../../../shared/run.ts';
import { groupsOf } from '../groups.ts';
import { settlingPlan } from './settle.ts';

/** Runs of two rows, four seeds each, which took 8 and 2 seconds. */
function runsOf(together: number | undefined): RunRecord[] {
  return ['slow', 'fast'].flatMap((estimator) =>
    [1, 2, 3, 4].map((seed) => ({
      ...runRecord,
      ...{ id: `${estimator}-${seed}`, seconds: estimator === 'slow' ? 8 : 2 },
      spec: { ...runRecord.spec, estimator, seed },
      environment: { ...runRecord.environment!, ...(together === undefined ? {} : { together }) },
    })),
  );
}

it.each([
  ['by themselves', undefined, 30],
  ['four at a time, each a quarter of their seconds', 4, 7.5],
])('what further seeds take goes by runs that were trained %s', (_, together, seconds) => {
  const runs = runsOf(together);
  const [a, b] = groupsOf(runs).map(({ key }) => key) as [string, string];
  const open = { groups: [a, b], adjustedP: 0.5, equivalenceP: null };
  const verdict = { sentence: 'open', moreSeeds: 3, pairs: [open] } as unknown as Verdict;
  const plan = settlingPlan(runRecord.comparison, runs, verdict);
  expect(plan.seeds).toEqual([5, 6, 7]);
  expect(plan.runs).toHaveLength(6);
  expect(plan.seconds).toBe(seconds);
});
