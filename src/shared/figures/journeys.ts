/** Journeys of points in the plane of two coordinates, with the decision boundary at one half, as ECharts is told of them. */
import { valueAxis, type FigureColors } from './marks.ts';

export interface JourneyLine {
  /** Told when it is under the pointer. */
  readonly id: string;
  /** From the start to the end. */
  readonly path: readonly (readonly [number, number])[];
  readonly color: string;
  readonly symbol: string;
}

export function journeysOption(
  journeys: readonly JourneyLine[],
  names: { readonly x: string; readonly y: string },
  colors: FigureColors,
): Readonly<Record<string, unknown>> {
  const boundary = { silent: true, symbol: 'none', animation: false, label: { show: false } };
  const lines = journeys.map(({ id, path, color, symbol }, index) => ({
    type: 'line',
    id,
    data: path.map(([x, y], i) => ({
      name: id,
      value: [x, y],
      // Only the end has a mark: its shape says which bundle it is, beside the colour.
      symbol: i === path.length - 1 ? symbol : 'circle',
      symbolSize: i === path.length - 1 ? 8 : 2,
    })),
    color,
    lineStyle: { width: 1, color, opacity: 0.7 },
    ...(index === 0
      ? {
          markLine: {
            ...boundary,
            lineStyle: { color: colors.ink, type: [3, 3] },
            data: [{ xAxis: 0.5 }, { yAxis: 0.5 }],
          },
        }
      : {}),
  }));
  const axis = (name: string) => ({ ...valueAxis(name, colors), min: -0.4, max: 1.6 });
  return {
    animation: false,
    grid: { left: 52, right: 16, top: 10, bottom: 40, containLabel: false },
    xAxis: axis(names.x),
    yAxis: { ...axis(names.y), nameGap: 34, nameRotate: 90 },
    series: lines,
  };
}
