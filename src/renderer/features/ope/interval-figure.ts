/** Estimates with their intervals, one below the other, as ECharts is told of them. */
import type { OpeResult } from '../../../shared/ope.ts';
import { valueAxis, type FigureColors, type MarkPlace, type Option } from '../../../shared/figures/marks.ts';
import { linearPlan } from '../../../shared/figures/ticks.ts';

export const ROW_HEIGHT = 28;
export const MARGIN = { left: 84, right: 20, top: 8, bottom: 40 } as const;

/** Beyond the intervals, so much of their range: bounds that reach further leave the picture. */
const ROOM = 1.2;
export const DASHES = { truth: [] as number[], logged: [6, 4], bound: [2, 3] } as const;

interface Frame extends MarkPlace {
  readonly coordSys?: unknown;
}
interface Place {
  readonly dataIndex: number;
  readonly coordSys: Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;
}

/** Vertical lines of what is known. */
export function referenceLines({ loggedValue, trueValue }: OpeResult) {
  return [
    { label: 'Logging policy', at: loggedValue, dash: DASHES.logged, width: 1.5 },
    ...(trueValue === null ? [] : [{ label: 'True value', at: trueValue, dash: DASHES.truth, width: 1.5 }]),
  ];
}

export function intervalOption(result: OpeResult, colors: FigureColors): Option {
  const { estimates } = result;
  const lines = referenceLines(result);
  const ends = [
    ...lines.map(({ at }) => at),
    ...estimates.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
  ];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const room = ROOM * (high - low || Math.abs(high) || 1);
  const bounds = estimates.flatMap(({ bernstein }) =>
    bernstein === null ? [] : [bernstein.low, bernstein.high],
  );
  const plan = linearPlan(
    Math.min(low, Math.max(low - room, Math.min(low, ...bounds))),
    Math.max(high, Math.min(high + room, Math.max(high, ...bounds))),
    5,
  );
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: colors.size };
  const stroke = (x1: number, y1: number, x2: number, y2: number, style: object) => ({
    type: 'line',
    shape: { x1, y1, x2, y2 },
    style: { stroke: colors.text, lineWidth: 1.5, ...style },
  });
  return {
    animation: false,
    grid: { ...MARGIN, containLabel: false },
    xAxis: valueAxis('reward per round', colors, plan),
    yAxis: {
      type: 'category',
      inverse: true,
      data: estimates.map(({ estimator }) => estimator),
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: true, lineStyle: { color: colors.line, opacity: 0.7 } },
      axisLabel: { ...text, interval: 0 },
    },
    series: [
      {
        id: 'references',
        type: 'custom',
        silent: true,
        z: 1,
        data: lines.map(({ at }) => [at, 0]),
        renderItem: ({ dataIndex, coordSys }: Place, api: Frame) => {
          const line = lines[dataIndex];
          if (line === undefined) return null;
          const [x = 0] = api.coord([line.at, 0]);
          const style = { stroke: colors.ink, lineWidth: line.width, lineDash: [...line.dash] };
          return stroke(x, coordSys.y, x, coordSys.y + coordSys.height, style);
        },
      },
      {
        id: 'intervals',
        type: 'custom',
        z: 3,
        data: estimates.map(({ estimator, value }, row) => ({ name: estimator, value: [value, row] })),
        renderItem: ({ dataIndex: row, coordSys }: Place, api: Frame) => {
          const estimate = estimates[row];
          if (estimate === undefined) return null;
          const [left, right] = [coordSys.x, coordSys.x + coordSys.width];
          const at = (value: number) => api.coord([value, row])[0] ?? 0;
          const within = (x: number) => Math.min(right, Math.max(left, x));
          const y = api.coord([estimate.value, row])[1] ?? 0;
          const end = (x: number, half: number, style: object = {}) =>
            x < left || x > right ? [] : [stroke(x, y - half, x, y + half, style)];
          const { bernstein } = estimate;
          const dashed = { stroke: colors.ink, lineWidth: 1, lineDash: [...DASHES.bound] };
          const bound =
            bernstein === null
              ? []
              : [
                  stroke(within(at(bernstein.low)), y, within(at(bernstein.high)), y, dashed),
                  ...[bernstein.low, bernstein.high].flatMap((value) =>
                    end(at(value), 3, { stroke: colors.ink, lineWidth: 1 }),
                  ),
                ];
          const interval =
            estimate.low === null || estimate.high === null
              ? []
              : [
                  stroke(at(estimate.low), y, at(estimate.high), y, { lineWidth: 2 }),
                  ...end(at(estimate.low), 4),
                  ...end(at(estimate.high), 4),
                ];
          const dot = {
            type: 'circle',
            shape: { cx: at(estimate.value), cy: y, r: 4 },
            style: { fill: colors.text, stroke: colors.page, lineWidth: 1 },
          };
          return { type: 'group', children: [...bound, ...interval, dot] };
        },
      },
    ],
  };
}
