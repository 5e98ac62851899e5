/** What a small picture of curves shows, and the same picture for a file, drawn as all other pictures are. */
import { valueAxis } from '../../../shared/figures/marks.ts';
import type { ChartColors } from '../../charts/chart-colors.ts';
import type { Drawn } from '../../charts/image.ts';
import { placeOn, ticksOf, type Range } from './ticks.ts';

export interface PlotLine {
  readonly label: string;
  readonly points: readonly (readonly [number, number])[];
  /** As style sheets write it: a colour, or `var(--ink)`. */
  readonly color: string;
  readonly dash?: string;
}

export interface PlotMark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

export interface PlotAxis extends Range {
  readonly label: string;
}

export interface Plot {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly lines: readonly PlotLine[];
  readonly marks: readonly PlotMark[];
  /** A vertical line at this x. */
  readonly at: number | undefined;
}

const LINE_WIDTH = 2;
const CURVE = 120;

/** Values as far from each other along an axis as a smooth curve needs them, both ends included. */
export function along(axis: Range): number[] {
  const place = placeOn(axis);
  const [from, to] = [place(axis.min), place(axis.max)];
  return Array.from({ length: CURVE + 1 }, (_, i) => {
    const at = from + (i / CURVE) * (to - from);
    return axis.log === true ? 10 ** at : at;
  });
}

/** What lies beyond an axis is drawn on its edge. */
export function within({ min, max }: Range, value: number): number {
  return Math.min(max, Math.max(min, value));
}

export function drawnPlot({ x, y, lines, marks, at }: Plot, colors: ChartColors): Drawn {
  const [left, top] = [placeOn(x), placeOn(y)];
  const point = (px: number, py: number) => [left(px), Number.isFinite(py) ? top(within(y, py)) : null];
  const line = (style: object, data: readonly unknown[]) => ({
    ...{ type: 'line', silent: true, showSymbol: false, data },
    lineStyle: { width: LINE_WIDTH, cap: 'round', ...style },
  });
  return {
    option: {
      animation: false,
      grid: { left: 52, right: 16, top: 10, bottom: 40, containLabel: false },
      xAxis: valueAxis(x.label, colors, planOf(x)),
      yAxis: valueAxis('', colors, planOf(y)),
      series: [
        ...(at === undefined
          ? []
          : [line({ color: colors.ink, width: 1, type: [2, 3] }, [point(at, y.min), point(at, y.max)])]),
        ...lines.map(({ color, dash, points }) =>
          line(
            { color: inked(color, colors), type: dashOf(dash).length === 0 ? 'solid' : dashOf(dash) },
            points.map(([px, py]) => point(px, py)),
          ),
        ),
        ...marks.map((mark) => ({
          ...{ type: 'scatter', silent: true, symbolSize: 8, data: [point(mark.x, mark.y)] },
          itemStyle: { color: inked(mark.color, colors), opacity: 1 },
          z: 3,
        })),
      ],
    },
    legend: lines.map(({ label, color, dash }) => ({
      ...{ label, color: inked(color, colors), dash: dashOf(dash), width: LINE_WIDTH, symbol: '' },
    })),
    y: y.label,
    plotHeight: 'wide',
    rows: [],
  };
}

function planOf(axis: PlotAxis) {
  const place = placeOn(axis);
  return { min: place(axis.min), max: place(axis.max), ticks: ticksOf(axis) };
}

function dashOf(dash = ''): number[] {
  return dash === '' ? [] : dash.split(' ').map(Number);
}

/** Outside the page there are no style sheets: ink is that of the paper. */
function inked(color: string, { text, ink }: ChartColors): string {
  if (color === 'var(--ink)') return text;
  return color.startsWith('var(') ? ink : color;
}
