/** Journeys of points in the plane of two coordinates, with the decision boundary at one half, as ECharts is told of them. */
import { valueAxis, type FigureColors } from './marks.ts';
import { ticksWithin } from './ticks.ts';

export interface JourneyLine {
  /** Told when it is under the pointer. */
  readonly id: string;
  /** From the start to the end. */
  readonly path: readonly (readonly [number, number])[];
  readonly color: string;
  readonly symbol: string;
}

/** Ends of both axes: bundles are at 0 and 1. */
const LOW = -0.4;
const HIGH = 1.6;

export function journeysOption(
  journeys: readonly JourneyLine[],
  names: { readonly x: string; readonly y: string },
  colors: FigureColors,
): Readonly<Record<string, unknown>> {
  const boundary = (
    [
      ['x', (t: number) => [0.5, t]],
      ['y', (t: number) => [t, 0.5]],
    ] as const
  ).map(([id, at]) => ({
    type: 'line',
    id: `boundary ${id}`,
    data: [at(LOW), at(HIGH)],
    symbol: 'none',
    silent: true,
    lineStyle: { color: colors.ink, type: 'dashed', width: 1 },
  }));
  const lines = journeys.map(({ id, path, color, symbol }) => ({
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
  }));
  const plan = { min: LOW, max: HIGH, ticks: ticksWithin(LOW, HIGH) };
  const axis = (name: string) => valueAxis(name, colors, plan);
  return {
    animation: false,
    grid: { left: 52, right: 16, top: 10, bottom: 40, containLabel: false },
    xAxis: axis(names.x),
    yAxis: { ...axis(names.y), nameGap: 34, nameRotate: 90 },
    series: [...boundary, ...lines],
  };
}
