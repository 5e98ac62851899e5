/** Ranks over problems against SciPy and published values. */
import { describe, expect, it } from 'vitest';
import golden from '../../../../test/golden/verdict.json' with { type: 'json' };
import { criticalDifference, rankingOf, trimmedMean, type RankTask } from './rank.ts';

const names = ['a', 'b', 'c', 'd'];
const task = (
  label: string,
  values: readonly (readonly (number | null)[])[],
  direction: RankTask['direction'] = 'maximize',
): RankTask => ({
  label,
  direction,
  values: new Map(names.slice(0, values.length).map((name, i) => [name, values[i]!])),
});

it.each([
  // Demsar 2006, table 5(a) and the example of section 3.2.4.
  [4, 14, 1.25],
  [2, 10, 1.96 * Math.sqrt(6 / 60)],
  [10, 30, 3.164 * Math.sqrt(110 / 180)],
])('critical difference of %i rows over %i problems', (rows, tasks, expected) => {
  expect(criticalDifference(rows, tasks)).toBeCloseTo(expected, 2);
});

it('interquartile mean', () => {
  expect(trimmedMean(golden.scores)).toBeCloseTo(golden.iqm, 12);
});

describe('a ranking', () => {
  const tasks = golden.tasks.map((values, i) =>
    task(
      `p${i}`,
      values.map((value) => [value]),
    ),
  );

  it('has average ranks, ties shared, and the p of Friedman', () => {
    const { rows, friedmanP } = rankingOf(tasks);
    expect(friedmanP).toBeCloseTo(golden.friedmanP, 10);
    expect(rows.map(({ row, averageRank }) => [row, averageRank])).toEqual([
      ['a', 1.2],
      ['b', 2],
      ['d', 2.9],
      ['c', 3.9],
    ]);
    expect(rows.find(({ row }) => row === 'c')!.ranks).toEqual([4, 3.5, 4, 4, 4]);
  });

  it('of losses is the other way round', () => {
    const losses = golden.tasks.map((values, i) =>
      task(
        `p${i}`,
        values.map((value) => [-value]),
        'minimize',
      ),
    );
    const ofBoth = [tasks, losses].map((some) =>
      rankingOf(some).rows.map(({ row, averageRank, iqm, improvement, profile }) => [
        row,
        averageRank,
        iqm,
        improvement,
        profile,
      ]),
    );
    expect(ofBoth[1]).toEqual(ofBoth[0]);
  });

  it('counts a failed run as the worst, and says that there is no mean', () => {
    const { rows } = rankingOf([
      task('one', [
        [3, null],
        [1, 1],
      ]),
      task('two', [
        [3, 3],
        [1, 1],
      ]),
    ]);
    const a = rows.find(({ row }) => row === 'a')!;
    expect(a.ranks).toEqual([2, 1]);
    expect(a.means).toEqual([null, 3]);
    expect(a.improvement).toBe(0.75);
    // Scores 0 or 1 where only one row has a mean; the failed run scores 0.
    expect(a.profile[0]).toBe(1);
    expect(a.profile.at(-1)).toBe(0.75);
  });

  it('has intervals that hold their value, the same every time, and without width where nothing varies', () => {
    const values = [
      task('one', [
        [1, 2, 3, 2, 1],
        [0, 1, 0, 1, 1],
      ]),
      task('two', [
        [5, 4, 5, 4, 5],
        [2, 3, 3, 2, 2],
      ]),
    ];
    const [first, again] = [rankingOf(values), rankingOf(values)];
    expect(again).toEqual(first);
    for (const { iqm } of first.rows) {
      expect(iqm.low).toBeLessThanOrEqual(iqm.value);
      expect(iqm.high).toBeGreaterThanOrEqual(iqm.value);
    }
    const flat = rankingOf([
      task('one', [
        [2, 2],
        [1, 1],
      ]),
      task('two', [
        [2, 2],
        [1, 1],
      ]),
    ]);
    expect(flat.rows[0]!.iqm).toEqual({ value: 1, low: 1, high: 1 });
    expect(flat.rows[0]!.profile.every((share) => share === 1)).toBe(true);
  });
});
