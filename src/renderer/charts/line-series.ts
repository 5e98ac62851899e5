/** One line as series of ECharts: the line itself, its band, and marks where a line alone would show nothing. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { ChartLine } from './chart-data.ts';
import { bandStretches, lineMarks, linePoints, type Placing } from './line-shapes.ts';

const CROSS = 'path://M-1 -0.7L-0.7 -1L0 -0.3L0.7 -1L1 -0.7L0.3 0L1 0.7L0.7 1L0 0.3L-0.7 1L-1 0.7L-0.3 0Z';

export function lineSeries(line: ChartLine, placing: Placing): LineSeriesOption {
  return {
    id: line.id,
    type: 'line',
    dimensions: ['x', 'y'],
    // Its types do not know what its documentation says: it takes over typed arrays as they are.
    data: linePoints(line, placing) as unknown as number[],
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
  const { id, color, opacity } = line;
  const { lone, missing } = lineMarks(line, linePoints(line, placing), placing);
  const look = { type: 'scatter', silent: true, emphasis: { disabled: true }, z: 5 } as const;
  const data = (places: typeof lone) => places.map(([x, y]) => [x, y]);
  return [
    ...(lone.length === 0
      ? []
      : [{ ...look, id: `lone:${id}`, data: data(lone), symbolSize: 5, itemStyle: { color, opacity } }]),
    ...(missing.length === 0
      ? []
      : [
          {
            ...look,
            id: `missing:${id}`,
            data: data(missing),
            symbol: CROSS,
            symbolSize: 6,
            clip: false,
            itemStyle: { color },
          },
        ]),
  ];
}

export function bandSeries(line: ChartLine, placing: Placing, opacity: number): CustomSeriesOption[] {
  return bandStretches(line, placing).map(({ xs, low, high }, part) => ({
    id: `${line.id}:band:${part}`,
    type: 'custom',
    silent: true,
    clip: true,
    z: 2,
    // One item draws all of it.
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
