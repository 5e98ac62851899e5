/** One line as series of ECharts: the line itself, its band, and marks where a line alone would show nothing. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { ChartBand, ChartLine, Span } from './chart-data.ts';

/** Where values lie. */
export interface Placing {
  /** On the value axis; NaN: nowhere. */
  readonly place: (value: number) => number;
  /** The lower end of that axis, in its own coordinates. */
  readonly bottom: number;
  /** What of the x axis is seen. */
  readonly span: Span;
}

const CROSS = 'path://M-1 -0.7L-0.7 -1L0 -0.3L0.7 -1L1 -0.7L0.3 0L1 0.7L0.7 1L0 0.3L-0.7 1L-1 0.7L-0.3 0Z';

export function lineSeries(line: ChartLine, { place }: Placing): LineSeriesOption {
  const { length } = line.xs;
  // x and y in turns: ECharts takes over typed arrays as they are, and copies others point by point.
  const points = new Float64Array(2 * length);
  for (let i = 0; i < length; i++) {
    points[2 * i] = line.xs[i]!;
    points[2 * i + 1] = place(line.ys[i]!);
  }
  return {
    id: line.id,
    type: 'line',
    dimensions: ['x', 'y'],
    // Its types do not know what its documentation says.
    data: points as unknown as number[],
    showSymbol: false,
    silent: true,
    clip: true,
    lineStyle: {
      color: line.color,
      width: line.width,
      opacity: line.opacity,
      type: line.dash.length === 0 ? 'solid' : [...line.dash],
    },
    itemStyle: { color: line.color },
    emphasis: { disabled: true },
    z: line.listed ? 4 : 3,
  };
}

/**
 * A dot for every point that no neighbour makes a line of, and a cross at the foot of the plot where a listed line has a value
 * that is not finite.
 */
export function markSeries(line: ChartLine, placing: Placing): ScatterSeriesOption[] {
  const { xs, ys, id, color, opacity } = line;
  const { place, bottom, span } = placing;
  const drawn = Array.from(ys, (y) => Number.isFinite(place(y)));
  const lone: [number, number][] = [];
  const missing: [number, number][] = [];
  drawn.forEach((isDrawn, i) => {
    const x = xs[i]!;
    if (x < span.from || x > span.to) return;
    if (!isDrawn) missing.push([x, bottom]);
    else if (drawn[i - 1] !== true && drawn[i + 1] !== true) lone.push([x, place(ys[i]!)]);
  });
  const look = { type: 'scatter', silent: true, emphasis: { disabled: true }, z: 5 } as const;
  return [
    ...(lone.length === 0
      ? []
      : [{ ...look, id: `lone:${id}`, data: lone, symbolSize: 5, itemStyle: { color, opacity } }]),
    ...(missing.length === 0 || !line.listed
      ? []
      : [
          {
            ...look,
            id: `missing:${id}`,
            data: missing,
            symbol: CROSS,
            symbolSize: 6,
            clip: false,
            itemStyle: { color },
          },
        ]),
  ];
}

export function bandSeries(line: ChartLine, placing: Placing, opacity: number): CustomSeriesOption[] {
  const { band } = line;
  if (band === undefined) return [];
  return stretches(line.xs, band, placing).map(({ xs, low, high }, part) => ({
    id: `${line.id}:band:${part}`,
    type: 'custom',
    silent: true,
    clip: true,
    z: 2,
    // One item draws all of it: ECharts would compare as many as there are points, at every drawing.
    data: [[xs[0]!, low[0]!]],
    renderItem: (_, api) => {
      const upper = xs.map((x, i) => api.coord([x, high[i]!]));
      const lower = xs.map((x, i) => api.coord([x, low[i]!])).reverse();
      // One point has no width: an upright stroke.
      if (xs.length === 1) {
        const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = [...upper, ...lower];
        return {
          type: 'line',
          shape: { x1, y1, x2, y2 },
          style: { stroke: line.color, lineWidth: 3, opacity },
        };
      }
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower] },
        style: { fill: line.color, opacity },
      };
    },
  }));
}

/** The parts of a band in which both ends are finite. A lower end that a log axis has no place for lies below the plot. */
function stretches(
  xs: ArrayLike<number>,
  band: ChartBand,
  { place, bottom }: Placing,
): { xs: number[]; low: number[]; high: number[] }[] {
  const parts: { xs: number[]; low: number[]; high: number[] }[] = [];
  let open: (typeof parts)[number] | null = null;
  for (let i = 0; i < xs.length; i++) {
    const [low, high] = [band.low[i]!, place(band.high[i]!)];
    if (!Number.isFinite(low) || !Number.isFinite(high)) {
      open = null;
      continue;
    }
    if (open === null) parts.push((open = { xs: [], low: [], high: [] }));
    open.xs.push(xs[i]!);
    open.low.push(Number.isFinite(place(low)) ? place(low) : bottom);
    open.high.push(high);
  }
  return parts;
}
