/** Axes of panels: how far they reach, their ticks, the room for their labels, and dashed lines across. */
import { rangeOf, valueAxis, type Option } from '../../figures/marks.ts';
import type { LegendEntry } from '../../figures/paper.ts';
import { referenceDash } from '../../figures/reference-lines.ts';
import { linearPlan, logPlan, ticksWithin, type AxisPlan } from '../../figures/ticks.ts';
import type { PanelAxis, Threshold } from '../parts.ts';
import { widthOf, type DrawingTools } from './tools.ts';

export interface PanelScale {
  readonly plan: AxisPlan;
  /** Where a value lies on the axis; NaN: it has no place there. */
  place(value: number | null): number;
}

/**
 * @param room `around`: nothing lies on the edge; `ticks`: it ends on ticks; `none`: it ends where the values do
 */
export function panelScale(
  axis: PanelAxis,
  values: readonly (number | null)[],
  room: 'around' | 'ticks' | 'none',
): PanelScale {
  const isLog = axis.scale === 'log';
  const place = (value: number | null) => {
    if (value === null) return Number.NaN;
    return !isLog ? value : value > 0 ? Math.log10(value) : Number.NaN;
  };
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !Number.isFinite(place(value))) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) [low, high] = isLog ? [1, 10] : [0, 1];
  if (isLog) {
    const own = logPlan(low, high);
    const [min, max] = [ended(place(axis.from ?? null), own.min), ended(place(axis.to ?? null), own.max)];
    if (min === own.min && max === own.max) return { plan: own, place };
    const { ticks } = logPlan(10 ** min, 10 ** max);
    return { plan: { min, max, ticks: ticks.filter(({ at }) => at >= min && at <= max) }, place };
  }
  const own = room === 'ticks' ? linearPlan(low, high) : null;
  const [least, most] =
    own !== null ? [own.min, own.max] : room === 'none' && low < high ? [low, high] : rangeOf([low, high]);
  const [min, max] = [axis.from ?? least, axis.to ?? most];
  if (own !== null && min === own.min && max === own.max) return { plan: own, place };
  // Ends that contradict each other, or what is drawn: the given one stays, and there is something to see.
  const [from, to] = min < max ? [min, max] : [min, min + 1];
  return { plan: { min: from, max: to, ticks: ticksWithin(from, to) }, place };
}

function ended(given: number, own: number): number {
  return Number.isFinite(given) ? given : own;
}

/** Both axes with their names, and the margins that these and the labels need. */
export function plotAxes(
  x: { readonly label: string; readonly plan: AxisPlan },
  y: { readonly label: string; readonly plan: AxisPlan },
  tools: DrawingTools,
  right = 16,
) {
  const widest = Math.max(...y.plan.ticks.map(({ label }) => widthOf(label, tools)), 12);
  return {
    grid: { left: Math.ceil(widest) + 32, right, top: 10, bottom: 40, containLabel: false },
    xAxis: valueAxis(x.label, tools.colors, x.plan),
    yAxis: { ...valueAxis(y.label, tools.colors, y.plan), nameGap: Math.ceil(widest) + 14, nameRotate: 90 },
  };
}

/** Those of a panel whose axes both have a scale. */
export function panelAxes(
  panel: { readonly x: PanelAxis; readonly y: PanelAxis },
  { x, y }: { readonly x: PanelScale; readonly y: PanelScale },
  tools: DrawingTools,
) {
  return plotAxes({ label: panel.x.label, plan: x.plan }, { label: panel.y.label, plan: y.plan }, tools);
}

/** Names in the place of numbers: the n-th stands at n. */
export function namedPlan(names: readonly string[]): AxisPlan {
  return { min: -0.5, max: names.length - 0.5, ticks: names.map((label, at) => ({ at, label })) };
}

/** Not from the dots on, which bars and bands would swallow. */
const dashOf = (place: number) => referenceDash(place + 1);

/** The line on which both coordinates are equal, as far as the plot has it. @param place among the dashed lines of the panel */
export function equalitySeries(
  label: string | undefined,
  { x, y }: { readonly x: PanelScale; readonly y: PanelScale },
  { colors }: DrawingTools,
  place: number,
): { readonly series: readonly Option[]; readonly legend: readonly LegendEntry[] } {
  if (label === undefined) return { series: [], legend: [] };
  const ends = [Math.max(x.plan.min, y.plan.min), Math.min(x.plan.max, y.plan.max)];
  return {
    series: [
      {
        ...{ id: 'equality', type: 'line', symbol: 'none', silent: true, z: 2 },
        data: ends.map((end) => [end, end]),
        lineStyle: { color: colors.text, type: dashOf(place), width: 1 },
      },
    ],
    legend: [{ label, color: colors.text, dash: dashOf(place), width: 1, symbol: '' }],
  };
}

export function thresholdSeries(
  thresholds: readonly Threshold[] | undefined,
  scales: { readonly x: PanelScale; readonly y: PanelScale },
  { colors }: DrawingTools,
): { readonly series: readonly Option[]; readonly legend: readonly LegendEntry[] } {
  // Two lines of one meaning, upright and level, are one entry.
  const labels = [...new Set((thresholds ?? []).map(({ label }) => label))];
  const series = (thresholds ?? []).map(({ axis, at, label }, n) => {
    const across = scales[axis].place(at);
    const { min, max } = scales[axis === 'x' ? 'y' : 'x'].plan;
    return {
      id: `threshold:${n}`,
      type: 'line',
      data: [min, max].map((end) => (axis === 'x' ? [across, end] : [end, across])),
      symbol: 'none',
      silent: true,
      z: 2,
      // Over bars and bands too.
      lineStyle: { color: colors.text, type: dashOf(labels.indexOf(label)), width: 1 },
    };
  });
  return {
    series,
    legend: labels.map((label, n) => ({
      label,
      color: colors.text,
      dash: dashOf(n),
      width: 1,
      symbol: '',
    })),
  };
}
