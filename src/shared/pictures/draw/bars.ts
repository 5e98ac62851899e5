import type { BarsPanel } from '../bars.ts';
import { namedPlan, panelScale, plotAxes, thresholdSeries, type PanelScale } from './axes.ts';
import {
  box,
  drawing,
  handDrawn,
  legendOf,
  said,
  scaleOf,
  stylesOf,
  widthOf,
  type DrawingTools,
  type PanelDrawing,
} from './tools.ts';

/** Part of a named group's room that its bars fill. */
const FILLED = 0.76;
const HEIGHT = 240;
/** Of a group that lies, and of each bar in it. */
const GROUP_GAP = 8;
const BAR_HEIGHT = 12;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
  readonly halfWidth: number | null;
  readonly color: string;
  readonly name: string;
}

/** Names too long to stand below the bars get bars that lie, with the names at their left. */
export function drawBars(panel: BarsPanel, tools: DrawingTools): PanelDrawing {
  const { bins, series, thresholds } = panel;
  const styles = stylesOf(series, tools);
  const ends = series.flatMap(({ values, halfWidths }) =>
    values.flatMap((value, i) => {
      const half = halfWidths?.[i] ?? 0;
      return value === null ? [] : [value - half, value + half];
    }),
  );
  const marks = (thresholds ?? []).filter(({ axis }) => axis === 'y').map(({ at }) => at);
  const values = panelScale(panel.y, [...(panel.y.scale === 'log' ? [] : [0]), ...ends, ...marks], 'ticks');
  const places =
    bins.kind === 'names'
      ? { plan: namedPlan(bins.names), place: (at: number | null) => at ?? Number.NaN }
      : panelScale(panel.x, bins.edges, 'none');
  const lies = bins.kind === 'names' && tooLong(bins.names, tools);
  const bars = series.flatMap((_, place) => barsOf(panel, place, styles[place]?.color ?? '', places));
  const base = Math.max(values.plan.min, panel.y.scale === 'log' ? -Infinity : Math.min(0, values.plan.max));
  const [x, y] = [
    { label: panel.x.label, plan: places.plan },
    { label: panel.y.label, plan: values.plan },
  ];
  const axes = lies ? plotAxes(y, x, tools) : plotAxes(x, y, tools);
  const across = thresholdSeries(
    lies ? thresholds?.map((one) => ({ ...one, axis: one.axis === 'x' ? 'y' : 'x' })) : thresholds,
    lies ? { x: values, y: places } : { x: places, y: values },
    tools,
  );
  const groups = bins.kind === 'names' ? bins.names.length : bins.edges.length - 1;
  return drawing(
    {
      ...axes,
      ...(lies ? { yAxis: { ...axes.yAxis, inverse: true } } : {}),
      series: [
        handDrawn(
          'bars',
          bars.map((bar) => ({
            name: bar.name,
            draw: (at) =>
              drawBar(
                bar,
                values,
                base,
                (along, up) => (lies ? at(up, along) : at(along, up)),
                tools,
                bins.kind === 'edges',
              ),
          })),
          { z: 2 },
        ),
        ...across.series,
      ],
    },
    [...legendOf(styles, 'areas'), ...across.legend],
    lies ? groups * (GROUP_GAP + BAR_HEIGHT * series.length) : HEIGHT,
  );
}

function tooLong(names: readonly string[], tools: DrawingTools): boolean {
  const room = tools.width / scaleOf(tools) - 80;
  const each = Math.max(...names.map((name) => widthOf(name, tools))) + 8;
  return each * names.length > room;
}

function barsOf({ bins, series }: BarsPanel, place: number, color: string, { place: on }: PanelScale): Bar[] {
  const { label, values, halfWidths } = series[place]!;
  const named = series.length > 1 ? `${label}, ` : '';
  return values.map((value, i) => {
    const halfWidth = halfWidths?.[i] ?? null;
    const tail = halfWidth === null ? said(value) : `${said(value)} \u00b1 ${said(halfWidth)}`;
    if (bins.kind === 'edges') {
      const [from, to] = [bins.edges[i]!, bins.edges[i + 1]!];
      const name = `${named}${said(from)} to ${said(to)}: ${tail}`;
      return { from: on(from), to: on(to), value, halfWidth, color, name };
    }
    const wide = FILLED / series.length;
    const from = i - FILLED / 2 + place * wide;
    return { from, to: from + wide, value, halfWidth, color, name: `${named}${bins.names[i]}: ${tail}` };
  });
}

function drawBar(
  { from, to, value, halfWidth, color }: Bar,
  values: PanelScale,
  base: number,
  at: (along: number, up: number) => readonly [number, number],
  { colors }: DrawingTools,
  isBin: boolean,
): object | null {
  const top = values.place(value);
  if (value === null || !Number.isFinite(top)) return null;
  // Bins that touch are told apart by a line; several series over the same bins are seen through each other.
  const style = isBin ? { fill: color, opacity: 0.75, stroke: colors.page, lineWidth: 1 } : { fill: color };
  const rect = box(at(from, base), at(to, top), style);
  if (halfWidth === null) return rect;
  const [low, high] = [values.place(value - halfWidth), values.place(value + halfWidth)];
  const middle = (from + to) / 2;
  const stroke = (a: readonly [number, number], b: readonly [number, number]) => ({
    type: 'line',
    shape: { x1: a[0], y1: a[1], x2: b[0], y2: b[1] },
    style: { stroke: colors.text, lineWidth: 1.5 },
  });
  return {
    type: 'group',
    children: [rect, stroke(at(middle, Number.isFinite(low) ? low : base), at(middle, high))],
  };
}
