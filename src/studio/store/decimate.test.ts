import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import { summarise } from './block.ts';
import { Decimator } from './decimate.ts';
import type { DecimationWindow, Series } from './types.ts';

const seed = 20_261;

/** What M4 keeps, straight from its definition: per column the points at the four places, without repeats. */
function naive({ steps, values }: Series, { from, to, columns }: DecimationWindow) {
  const points = [...steps].map((step, index) => ({ step, value: values[index] as number }));
  const columnOf = (step: number) =>
    from === to ? 0 : Math.min(columns - 1, Math.floor(((step - from) * columns) / (to - from)));
  const inColumns = [...Map.groupBy(points, ({ step }) => columnOf(step)).values()];
  const kept = inColumns.flatMap((inColumn) => {
    const finite = inColumn
      .filter(({ value }) => Number.isFinite(value))
      .toSorted((a, b) => a.value - b.value);
    const smallest = finite[0];
    const largest = finite.find(({ value }) => value === finite.at(-1)?.value);
    return inColumn.filter((p, i) => i === 0 || i === inColumn.length - 1 || p === smallest || p === largest);
  });
  return {
    steps: kept.map(({ step }) => step),
    values: kept.map(({ value }) => value),
    nonFinite: points.filter(({ value }) => !Number.isFinite(value)).length,
  };
}

function decimated(series: Series, window: DecimationWindow) {
  const decimator = new Decimator(window);
  decimator.addPoints(series.steps, series.values);
  const { steps, values, nonFinite } = decimator.finish();
  return { steps: [...steps], values: [...values], nonFinite };
}

const value = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: -5, max: 5 }) },
  { weight: 3, arbitrary: fc.double({ min: -4, max: 4, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);
const series = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 120 }).chain((steps) =>
  fc.array(value, { minLength: steps.length, maxLength: steps.length }).map((values) =>
    seriesOf(
      steps.toSorted((a, b) => a - b),
      values.map((v) => (v === 0 ? 0 : v)),
    ),
  ),
);
const window = fc.record({
  from: fc.integer({ min: -10, max: 0 }),
  to: fc.integer({ min: 400, max: 450 }),
  columns: fc.integer({ min: 1, max: 60 }),
});

/** Columns wide enough for several pieces each. */
const coarse = window.map((view) => ({ ...view, columns: 1 + (view.columns % 5) }));

describe('Decimator', () => {
  it('keeps what M4 keeps', () => {
    fc.assert(
      fc.property(series, window, (points, view) => {
        expect(decimated(points, view)).toEqual(naive(points, view));
      }),
      { seed, numRuns: 500 },
    );
  });

  it('gives the same whether a piece comes as points or as summary', () => {
    fc.assert(
      fc.property(
        series,
        coarse,
        fc.array(fc.integer({ min: 0, max: 120 }), { maxLength: 12 }),
        (points, view, cuts) => {
          const decimator = new Decimator(view);
          const ends = [
            ...new Set([...cuts.filter((cut) => cut < points.steps.length), points.steps.length]),
          ];
          let start = 0;
          for (const end of ends.toSorted((a, b) => a - b)) {
            const steps = points.steps.subarray(start, end);
            const values = points.values.subarray(start, end);
            start = end;
            if (steps.length === 0) continue;
            const oneColumn =
              decimator.columnOf(steps[0] as number) === decimator.columnOf(steps.at(-1) as number);
            if (oneColumn) decimator.addSummary(summarise(steps, values));
            else decimator.addPoints(steps, values);
          }
          const { steps, values, nonFinite } = decimator.finish();
          expect({ steps: [...steps], values: [...values], nonFinite }).toEqual(naive(points, view));
        },
      ),
      { seed, numRuns: 500 },
    );
  });

  it('does not change finished columns when points arrive', () => {
    fc.assert(
      fc.property(series, window, fc.integer({ min: 0, max: 120 }), (points, view, length) => {
        const head = { steps: points.steps.subarray(0, length), values: points.values.subarray(0, length) };
        const before = decimated(head, view);
        const after = decimated(points, view);
        const decimator = new Decimator(view);
        const openColumn = decimator.columnOf(head.steps.at(-1) ?? 0);
        const finished = before.steps.filter((step) => decimator.columnOf(step) < openColumn).length;
        expect(after.steps.slice(0, finished)).toEqual(before.steps.slice(0, finished));
        expect(after.values.slice(0, finished)).toEqual(before.values.slice(0, finished));
      }),
      { seed, numRuns: 300 },
    );
  });

  it("keeps a value that is not finite only at a column's ends, and counts them all", () => {
    const points = seriesOf([0, 1, 2, 3, 4, 5], [NaN, 3, Infinity, 1, 2, -Infinity]);
    expect(decimated(points, { from: 0, to: 5, columns: 1 })).toEqual({
      steps: [0, 1, 3, 5],
      values: [NaN, 3, 1, -Infinity],
      nonFinite: 3,
    });
  });

  it.each([
    { from: 3, to: 2, columns: 10 },
    { from: NaN, to: 2, columns: 10 },
    { from: 0, to: Infinity, columns: 10 },
    { from: 0, to: 1, columns: 0 },
    { from: 0, to: 1, columns: 1.5 },
    { from: 0, to: 1, columns: 65_537 },
  ])('refuses the window %j', (view) => {
    expect(() => new Decimator(view)).toThrow(expect.objectContaining({ kind: 'validation' }));
  });
});
