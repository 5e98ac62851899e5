/**
 * Pictures of single values, final results as dots and one value against another, as ECharts is told of them: the page draws
 * them on a canvas, the studio as SVG.
 */
import { linearPlan, ticksWithin, tickOption, type AxisPlan } from './ticks.ts';

/** Of what a picture is drawn in. */
export interface FigureColors {
  readonly text: string;
  /** Of axes and their labels. */
  readonly ink: string;
  readonly line: string;
  readonly page: string;
  readonly font: string;
  /** Of labels, in pixels. */
  readonly size: number;
}

export type Option = Readonly<Record<string, unknown>>;

/** What ECharts hands to a mark that is drawn by hand. */
export interface MarkPlace {
  coord(value: readonly [number, number]): number[];
}

interface Mark {
  /** Told when it is under the pointer. */
  readonly id: string;
  readonly x: number;
  readonly color: string;
  readonly symbol: string;
  /** Not final yet: drawn hollow. */
  readonly open: boolean;
  readonly emphasised: boolean;
}

interface PointMark extends Mark {
  readonly y: number;
}

export interface DotRow {
  readonly label: string;
  readonly color: string;
  readonly dots: readonly Mark[];
  readonly mean: number | null;
  readonly halfWidth: number | null;
}

export const DOT_ROW_HEIGHT = 34;
export const DOT_MARGIN = { left: 208, right: 20, top: 6, bottom: 40 } as const;
/** One row per estimator, one dot per seed, the mean with its interval above them. */
export function dotOption(rows: readonly DotRow[], unit: string, colors: FigureColors): Option {
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: colors.size };
  return {
    animation: false,
    grid: { ...DOT_MARGIN, containLabel: false },
    xAxis: valueAxis(unit, colors, dotPlan(rows)),
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map(({ label }) => label),
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colors.line, opacity: 0.7 } },
      // A row has room for two lines.
      axisLabel: { ...text, width: DOT_MARGIN.left - 16, overflow: 'break' },
    },
    series: [
      ...rows.map(({ dots }, row) =>
        scatter(
          `row:${row}`,
          dots.map((dot) => ({ ...dot, y: row })),
          colors,
        ),
      ),
      ...rows.flatMap((row, index) => intervalMark(row, index)),
    ],
  };
}

/** Both axes have one range, so that the diagonal is where the two values agree. */
export function scatterOption(
  points: readonly PointMark[],
  labels: { readonly x: string; readonly y: string },
  colors: FigureColors,
): Option {
  const [low, high] = rangeOf(points.flatMap(({ x, y }) => [x, y]));
  const plan = { min: low, max: high, ticks: ticksWithin(low, high) };
  return {
    animation: false,
    grid: { left: 70, right: 16, top: 10, bottom: 40, containLabel: false },
    xAxis: valueAxis(labels.x, colors, plan),
    yAxis: { ...valueAxis(labels.y, colors, plan), nameGap: 50, nameRotate: 90 },
    series: [
      {
        id: 'diagonal',
        type: 'line',
        silent: true,
        showSymbol: false,
        data: [
          [low, low],
          [high, high],
        ],
        lineStyle: { color: colors.ink, width: 1, type: [1, 3] },
        z: 1,
      },
      scatter('points', points, colors),
    ],
  };
}

/** With some room around; of equal values a range that shows them in the middle. */
export function rangeOf(values: readonly number[]): readonly [number, number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const room = high > low ? 0.06 * (high - low) : Math.abs(low) * 0.1 || 1;
  return [low - room, high + room];
}

export function valueAxis(name: string, colors: FigureColors, plan: AxisPlan) {
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: colors.size };
  const { range, tick, label } = tickOption(plan);
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap: 24,
    nameTextStyle: text,
    ...range,
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.line } },
    axisTick: { show: false, ...tick },
    splitLine: { lineStyle: { color: colors.line, opacity: 0.5 } },
    axisLabel: { ...text, hideOverlap: true, ...label },
  };
}

/** An axis on which every dot and every interval has its place. */
function dotPlan(rows: readonly DotRow[]): AxisPlan {
  const values = rows.flatMap(({ dots, mean, halfWidth }) => [
    ...dots.map(({ x }) => x),
    ...(mean === null ? [] : [mean - (halfWidth ?? 0), mean + (halfWidth ?? 0)]),
  ]);
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return linearPlan(0, 1);
  return linearPlan(Math.min(...finite), Math.max(...finite), 5);
}

function scatter(id: string, points: readonly PointMark[], colors: FigureColors): Option {
  return {
    id,
    type: 'scatter',
    z: 3,
    emphasis: { disabled: true },
    data: points.map((point) => ({
      name: point.id,
      value: [point.x, point.y],
      symbol: point.symbol,
      symbolSize: point.emphasised ? 13 : 8,
      itemStyle: {
        color: point.open ? colors.page : point.color,
        borderColor: point.emphasised ? colors.text : point.color,
        borderWidth: point.emphasised ? 2 : 1,
        opacity: point.open || point.emphasised ? 1 : 0.75,
      },
    })),
  };
}

/** The mean as an upright stroke, the interval as a line with ends, above the dots. */
function intervalMark({ mean, halfWidth, color }: DotRow, row: number): Option[] {
  if (mean === null) return [];
  const half = halfWidth ?? 0;
  return [
    {
      id: `mean:${row}`,
      type: 'custom',
      silent: true,
      z: 2,
      data: [
        [mean - half, row],
        [mean + half, row],
      ],
      renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: MarkPlace) => {
        if (dataIndex !== 0) return null;
        const [left = 0, y = 0] = api.coord([mean - half, row]);
        const [right = 0] = api.coord([mean + half, row]);
        const [middle = 0] = api.coord([mean, row]);
        const at = y - 10;
        const stroke = (x1: number, y1: number, x2: number, y2: number, lineWidth: number) => ({
          type: 'line',
          shape: { x1, y1, x2, y2 },
          style: { stroke: color, lineWidth },
        });
        const interval =
          halfWidth === null
            ? []
            : [
                stroke(left, at, right, at, 1.5),
                stroke(left, at - 3, left, at + 3, 1.5),
                stroke(right, at - 3, right, at + 3, 1.5),
              ];
        return { type: 'group', children: [...interval, stroke(middle, at - 5, middle, at + 5, 3)] };
      },
    },
  ];
}
