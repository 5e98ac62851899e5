import { describe, expect, it } from 'vitest';
import { exactBaseline, solution } from '../../../test/fixtures/runs.ts';
import { exactSolution } from '../menus/exact-menu.ts';
import { gapOf, gapText, proofOf } from '../solution.ts';
import {
  lineLabel,
  linesBeside,
  referenceColumns,
  referenceLines,
  referenceRows,
  variantReferenceLines,
  type ReferenceLine,
} from './reference-lines.ts';

const problem = {
  baselines: [{ name: 'bundlePrice', label: 'Best bundle price', help: 'One price.' }],
};

const brief = ({ label, split, value }: ReferenceLine) => [label, split, value];

describe('reference lines', () => {
  it('are the cheap baselines by their labels, a line for each split, then the exact ones', () => {
    const lines = referenceLines(problem, {
      baselines: { bundlePrice: 0.5, old: 1, 'bundlePrice.train': 0.75, 'bundlePrice.validation': 0.25 },
      variantBaselines: [],
      exact: [solution],
    });
    expect(lines.map(brief)).toEqual([
      ['Best bundle price', 'train', 0.75],
      ['Best bundle price', 'validation', 0.25],
      ['Best bundle price', 'test', 0.5],
      ['old', 'test', 1],
      ['Optimal lottery menu for 20 training buyers', 'train', 0.5],
      ['Optimal lottery menu for 20 training buyers', 'validation', 0.4],
      ['Optimal lottery menu for 20 training buyers', 'test', 0.625],
    ]);
    expect(lines.map(lineLabel).slice(0, 3)).toEqual([
      'Best bundle price, training',
      'Best bundle price, validation',
      'Best bundle price, test',
    ]);
  });

  it('stand beside curves of their own split only, those of an older comparison beside none but test', () => {
    const older = referenceLines(problem, {
      baselines: { bundlePrice: 0.5, surplus: 2 },
      variantBaselines: [],
      exact: [],
    });
    for (const split of ['train', 'validation', undefined] as const)
      expect(linesBeside(older, { baselines: true, ...(split && { split }) })).toEqual([]);
    expect(linesBeside(older, { baselines: true, split: 'test' })).toHaveLength(2);
    expect(linesBeside(older, { baselines: ['surplus'], split: 'test' }).map(brief)).toEqual([
      ['surplus', 'test', 2],
    ]);
    expect(linesBeside(older, { split: 'test' })).toEqual([]);
    const known = {
      baselines: [{ name: 'optimum', label: 'Smallest f', help: '', everySplit: true as const }],
    };
    const everywhere = referenceLines(known, { baselines: { optimum: 1 }, variantBaselines: [], exact: [] });
    expect(linesBeside(everywhere, { baselines: true })).toEqual(everywhere);
    expect(linesBeside(everywhere, { baselines: true, split: 'train' })).toEqual(everywhere);
  });

  it('of a variant are its own, and in a table go by its name', () => {
    const comparison = {
      baselines: { old: 1 },
      variantBaselines: [
        { variant: 'few', baselines: { bundlePrice: 0.5 } },
        { variant: 'many', baselines: { bundlePrice: 0.75 } },
      ],
      exact: [],
    };
    expect(referenceLines(problem, comparison).map(brief)).toEqual([['old', 'test', 1]]);
    expect(referenceLines(problem, comparison, 'many').map(brief)).toEqual([
      ['old', 'test', 1],
      ['Best bundle price', 'test', 0.75],
    ]);
    const rows = referenceRows(variantReferenceLines(problem, comparison));
    expect(rows.map(({ name, label, values }) => [name, label, values])).toEqual([
      ['bundlePrice', 'Best bundle price \u00b7 few', { test: 0.5 }],
      ['bundlePrice', 'Best bundle price \u00b7 many', { test: 0.75 }],
    ]);
  });

  it('that a solver found for the data of some variants are theirs alone', () => {
    const comparison = {
      baselines: null,
      variantBaselines: [],
      exact: [{ ...solution, variants: ['few', 'some'] }],
    };
    const values = solution.lines.map(({ value }) => value);
    const valuesOf = (lines: readonly ReferenceLine[]) => lines.map(({ value }) => value);
    expect(valuesOf(referenceLines(problem, comparison))).toEqual([]);
    expect(valuesOf(referenceLines(problem, comparison, 'many'))).toEqual([]);
    expect(valuesOf(referenceLines(problem, comparison, 'some'))).toEqual(values);
    expect(variantReferenceLines(problem, comparison).map(brief)).toEqual(
      solution.lines.map(({ label, split, value }) => [`${label} \u00b7 few; some`, split, value]),
    );
  });

  it('are a table with a column for each split that has a value', () => {
    const rows = referenceRows(
      referenceLines(problem, {
        baselines: { bundlePrice: 0.5, 'bundlePrice.train': 0.75 },
        variantBaselines: [],
        exact: [],
      }),
    );
    expect(rows.map(({ values }) => values)).toEqual([{ train: 0.75, test: 0.5 }]);
    expect(referenceColumns(rows).map(({ title }) => title)).toEqual(['training', 'test']);
  });

  it('of a menu: what it earns on each split, with the proof beside it', () => {
    const [line] = exactSolution(exactBaseline).lines;
    expect(line?.help).toMatch(
      /^Optimal for 20 of 300 training buyers, .* Time limit reached after 60 s: 0\.7500 .* at most 0\.8750/,
    );
    expect(exactSolution({ ...exactBaseline, revenue: null }).lines).toEqual([]);
  });

  it('of test buyers: the bound, and for how many of them it holds', () => {
    const bound = { ...exactBaseline, split: 'test' as const };
    expect(exactSolution({ ...bound, bidders: 300 }).lines).toMatchObject([
      { label: 'Bound for the test buyers (optimal lottery menu)', value: 0.875, split: 'test' },
    ]);
    const [some] = exactSolution(bound).lines;
    expect(some?.label).toMatch(/^Bound for the first 20 of 300 test buyers/);
    const [deterministic] = exactSolution({ ...bound, method: 'deterministic-menu' }).lines;
    expect(deterministic?.help).toMatch(/^No deterministic menu/);
    expect(exactSolution({ ...bound, bound: null }).lines).toEqual([]);
  });

  it('say how a computation ended', () => {
    const said = (status: 'optimal' | 'infeasible' | 'cancelled') => proofOf({ ...solution, status });
    expect(said('optimal')).toMatch(/^Optimal after 60 s/);
    expect(said('cancelled')).toMatch(/^Cancelled after 60 s/);
    expect(said('infeasible')).toMatch(/^The programme has no solution/);
  });
});

it('gaps are relative to the bound, and tiny ones are those of tolerances', () => {
  expect(gapOf(3, 4)).toBe(0.25);
  expect(gapOf(0, 0)).toBe(0);
  expect(gapOf(null, 4)).toBeNull();
  expect([0.25, 1e-6, null].map(gapText)).toEqual(['25 %', '< 0.001 %', '\u2014']);
});
