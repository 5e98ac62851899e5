import { describe, expect, it } from 'vitest';
import { exactBaseline } from '../../../test/fixtures/runs.ts';
import { gapOf, gapText } from '../exact.ts';
import { exactLine, proofOf, referenceLines } from './reference-lines.ts';

const problem = {
  baselines: [{ name: 'bundlePrice', label: 'Best bundle price', help: 'One price.' }],
  exact: [{ method: 'lottery-menu' as const, label: 'Optimal lottery menu', help: '' }],
};

describe('reference lines', () => {
  it('are the cheap baselines by their labels, then the exact ones', () => {
    const lines = referenceLines(problem, {
      baselines: { bundlePrice: 0.5, old: 1 },
      exact: [exactBaseline],
    });
    expect(lines.map(({ label, value }) => [label, value])).toEqual([
      ['Best bundle price', 0.5],
      ['old', 1],
      ['Optimal lottery menu', 0.625],
    ]);
  });

  it('of a menu: its revenue from the test buyers, with the proof beside it', () => {
    expect(exactLine(problem, exactBaseline)?.help).toMatch(
      /^Fitted to 20 of 300 training buyers, .* Time was up after 60 s: 0\.7500 .* at most 0\.8750/,
    );
    expect(exactLine(problem, { ...exactBaseline, revenue: null })).toBeUndefined();
  });

  it('of test buyers: the bound, and for how many of them it holds', () => {
    const bound = { ...exactBaseline, split: 'test' as const };
    expect(exactLine(problem, { ...bound, bidders: 300 })).toMatchObject({
      label: 'Bound for the test buyers (optimal lottery menu)',
      value: 0.875,
    });
    expect(exactLine(problem, bound)?.label).toMatch(/^Bound for the first 20 of 300 test buyers/);
    expect(exactLine(problem, { ...bound, method: 'deterministic-menu' })?.help).toMatch(
      /^No deterministic menu/,
    );
    expect(exactLine(problem, { ...bound, bound: null })).toBeUndefined();
  });

  it('say how a computation ended', () => {
    const said = (status: 'optimal' | 'infeasible' | 'cancelled') => proofOf({ ...exactBaseline, status });
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
