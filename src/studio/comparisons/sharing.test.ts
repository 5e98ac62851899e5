/** Whether seconds can be compared, and what is said and withheld where they cannot. */
import { describe, expect, it } from 'vitest';
import { runRecord } from '../../../test/fixtures/runs.ts';
import type { SpentBudget } from '../../shared/contract/budget.ts';
import type { RunRecord } from '../../shared/run.ts';
import { OWN_SECONDS } from '../../shared/sharing.ts';
import { partsOf } from './describe.ts';

const METRIC = 'hardValidationRevenue';
const budget = (kind: SpentBudget['kind']): SpentBudget => ({ kind, amount: 12, endedBefore: 0 });

/** Completed runs, a seed each, which shared their 12 seconds with so many; null: it failed. */
function rowOf(estimator: string, sharers: readonly (number | null)[]): RunRecord[] {
  return sharers.map((count, i) => ({
    ...runRecord,
    id: `${estimator}-${i}`,
    spec: { ...runRecord.spec, problem: 'menu-auction', estimator, config: {}, settings: {}, seed: i + 1 },
    state: count === null ? ('failed' as const) : ('completed' as const),
    metrics:
      count === null
        ? {}
        : {
            [METRIC]: estimator.length + i / 100,
            seconds: 12,
            ...(count === 1 ? {} : { [OWN_SECONDS]: 12 / count }),
          },
  }));
}

const partOf = (runs: readonly RunRecord[], kind?: SpentBudget['kind']) =>
  partsOf(runs, kind === undefined ? {} : { budget: budget(kind) })[0]!;

describe('seconds of runs that were trained', () => {
  it('alone need no word', () => {
    const part = partOf([...rowOf('softmax', [1, 1]), ...rowOf('reinforce', [1, 1])], 'seconds');
    expect(part.sharing).toBeNull();
    expect(part.remarks).toEqual([]);
    expect(part.verdict!.pairs).toHaveLength(1);
  });

  it.each([
    ['in crews of one size', [3, 3, 3], [3, 3, 2.95], '3 at a time'],
    ['with as many others seed by seed', [2, 2, 1], [2, 2, 1], '1 to 2 at a time'],
  ])('%s are judged, and it is said whose they are', (_, own, other, said) => {
    const part = partOf([...rowOf('softmax', own), ...rowOf('reinforce', other)], 'seconds');
    expect(part.sharing).toMatchObject({ even: true, sentence: expect.stringContaining(said) as string });
    expect(part.verdict!.sentence).not.toMatch(/^No verdict/);
    expect(part.verdict!.pairs).toHaveLength(1);
    expect(part.remarks).toEqual([]);
  });

  it.each([
    [
      'one row together, the other alone',
      [3, 3, 3],
      [1, 1, 1],
      'Softmax relaxation 3 at a time; REINFORCE alone',
    ],
    ['in crews of two sizes', [3, 3, 3], [2, 2, 2], 'Softmax relaxation 3 at a time; REINFORCE 2 at a time'],
    ['in a crew whose member failed', [3, 3, 3], [2.2, 2.2, null], 'REINFORCE 2.2 at a time'],
    [
      'in crews that were split otherwise',
      [2, 2, 1],
      [1, 2, 2],
      'Softmax relaxation and REINFORCE 1 to 2 at a time',
    ],
  ])('%s: no verdict at equal seconds, the reason, and the remedy', (_, own, other, said) => {
    const runs = [...rowOf('softmax', own), ...rowOf('reinforce', other)];
    const { verdict, sharing, remarks } = partOf(runs, 'seconds');
    expect(sharing!.even).toBe(false);
    expect(verdict).toMatchObject({ pairs: [], family: 0, moreSeeds: null, metric: METRIC });
    expect(verdict!.sentence).toMatch(/^No verdict after 12 seconds of training\. /);
    expect(verdict!.sentence).toContain(said);
    expect(verdict!.sentence).toContain('--one-by-one');
    expect(remarks, 'said once').toEqual([]);
  });

  it('unlike each other are remarked on wherever steps/s are shown, and no other verdict is withheld', () => {
    const runs = [...rowOf('softmax', [3, 3, 3]), ...rowOf('reinforce', [1, 1, 1])];
    for (const kind of [undefined, 'steps', 'evaluations'] as const) {
      const { verdict, remarks, table } = partOf(runs, kind);
      expect(verdict!.pairs).toHaveLength(1);
      expect(remarks).toEqual([
        expect.stringMatching(/^Seconds and steps\/s of these rows cannot be compared/),
      ]);
      expect(table.map(({ estimator, sharers }) => [estimator, sharers])).toEqual([
        ['reinforce', 1],
        ['softmax', 3],
      ]);
    }
  });

  it('names some rows where there are many', () => {
    const runs = Array.from({ length: 7 }, (_, i) => rowOf(`estimator-${i}`, [i + 1, i + 1])).flat();
    const { sentence } = partOf(runs).sharing!;
    expect(sentence).toContain('estimator-3 4 at a time; others in 3 other ways.');
    expect(sentence).not.toContain('estimator-4');
  });
});
