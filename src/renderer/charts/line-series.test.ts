/** What a chart shows of values between others that are not finite. */
import type { CustomSeriesOption } from 'echarts/charts';
import { describe, expect, it } from 'vitest';
import type { ChartLine } from './chart-data.ts';
import { bandSeries, lineSeries, markSeries } from './line-series.ts';

const placing = {
  place: (value: number) => (Number.isFinite(value) ? value : Number.NaN),
  bottom: -1,
  span: { from: 0, to: 100 },
};

function line(ys: readonly number[], further: Partial<ChartLine> = {}): ChartLine {
  const look = { label: 'a', color: '#0072b2', dash: [], width: 2, opacity: 1, note: '' };
  return { id: 'a', ...look, listed: true, xs: ys.map((_, i) => 10 * i), ys, ...further };
}

/** The places of each kind of mark. */
function marks(shown: ChartLine): Readonly<Record<string, readonly unknown[]>> {
  return Object.fromEntries(
    markSeries(shown, placing).map(({ id, data }) => [String(id), data as readonly unknown[]]),
  );
}

/** What the one item of a band draws, in coordinates of the axes. */
function drawnBand({ data, renderItem }: CustomSeriesOption): unknown {
  expect(data).toHaveLength(1);
  return renderItem?.({} as never, { coord: (at: number[]) => at } as never);
}

describe('a point alone', () => {
  it('is a dot, for no line goes through it', () => {
    const [no] = [Number.NaN];
    expect(marks(line([1, 2, no, 4, no, 6, no]))['lone:a']).toEqual([
      [30, 4],
      [50, 6],
    ]);
    expect(marks(line([7]))['lone:a']).toEqual([[0, 7]]);
    expect(marks(line([1, 2, 3]))).toEqual({});
  });

  it('has its interval as a stroke', () => {
    const band = { low: [0, Number.NaN, 0], high: [2, Number.NaN, 2] };
    const series = bandSeries(line([1, Number.NaN, 1], { band }), placing, 0.2);
    expect(series.map(drawnBand)).toMatchObject([
      { type: 'line', shape: { x1: 0, y1: 2, x2: 0, y2: 0 } },
      { type: 'line', shape: { x1: 20, y1: 2, x2: 20, y2: 0 } },
    ]);
  });
});

it('a value that is not finite has a mark at the foot of the plot, if it is in sight and its line is listed', () => {
  const gaps = [1, Number.NaN, Infinity, 2, 3];
  expect(marks(line(gaps))['missing:a']).toEqual([
    [10, -1],
    [20, -1],
  ]);
  expect(marks(line(gaps, { listed: false }))['missing:a']).toBeUndefined();
  expect(marks(line(gaps, { xs: [-40, -30, -20, 10, 20] }))['missing:a']).toBeUndefined();
});

it('the line itself has a gap there', () => {
  const { data } = lineSeries(line([1, Infinity, 3]), placing);
  expect([...(data as unknown as Float64Array)]).toEqual([0, 1, 10, Number.NaN, 20, 3]);
});

it('a lower end that the axis has no place for lies at its foot', () => {
  const log = { ...placing, place: (value: number) => (value > 0 ? Math.log10(value) : Number.NaN) };
  const [band] = bandSeries(line([10, 100], { band: { low: [-5, 10], high: [100, 1000] } }), log, 0.2);
  const corners = [
    ...[
      [0, 2],
      [10, 3],
    ],
    ...[
      [10, 1],
      [0, -1],
    ],
  ];
  expect(drawnBand(band!)).toMatchObject({ type: 'polygon', shape: { points: corners } });
});
