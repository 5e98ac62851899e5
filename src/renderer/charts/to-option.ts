/** What ECharts is told for lines, bands, reference lines and scales. Nothing moves or answers the mouse: the page does that. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { linearPlan, ticksWithin, tickOption } from '../../shared/figures/ticks.ts';
import type { ChartColors } from './chart-colors.ts';
import type { ChartLine, Scale, Span } from './chart-data.ts';
import { bandSeries, lineSeries, markSeries, type Placing } from './line-series.ts';
import { MARGIN } from './plot-area.ts';
import type { PlacedReference } from './reference-lines.ts';
import { rangeWithin, valueScale } from './value-scale.ts';
import type { XAxis } from './x-axis.ts';

export type ChartOption = ComposeOption<
  LineSeriesOption | CustomSeriesOption | ScatterSeriesOption | GridComponentOption
>;

export interface ChartContent {
  readonly lines: readonly ChartLine[];
  /** Those that are drawn. */
  readonly references: readonly PlacedReference[];
  readonly span: Span;
  readonly x: XAxis;
  readonly scale: Scale;
}

export function toOption({ lines, references, span, x, scale }: ChartContent, colors: ChartColors) {
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: colors.size };
  const values = valueScale(scale, lines);
  const further = references.map(({ value }) => value);
  const range = rangeWithin(lines, further, span, values);
  const plan = range === null ? linearPlan(0, 1) : values.plan(range);
  const placing: Placing = { place: (value) => values.place(value), bottom: plan.min, span };
  const along = tickOption({
    min: span.from,
    max: span.to,
    ticks: ticksWithin(span.from, span.to, 6, x.grain),
  });
  const up = tickOption(plan);
  return {
    animation: false,
    // The page puts cursor and brush where these margins say; to measure labels for others takes a sixth of a drawing.
    grid: { ...MARGIN, containLabel: false, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      ...along.range,
      name: x.label,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: text,
      axisLine: { onZero: false, lineStyle: { color: colors.line } },
      axisTick: { ...along.tick, lineStyle: { color: colors.line } },
      splitLine: { show: false },
      axisLabel: { ...text, hideOverlap: true, ...along.label },
    },
    yAxis: {
      type: 'value',
      ...up.range,
      axisLine: { show: false },
      axisTick: { show: false, ...up.tick },
      splitLine: { lineStyle: { color: colors.line, opacity: 0.7 } },
      axisLabel: { ...text, ...up.label },
    },
    series: [
      ...lines.flatMap((line) => bandSeries(line, placing, colors.bandOpacity)),
      ...references.map((reference) => referenceSeries(reference, placing, colors)),
      ...lines.map((line) => lineSeries(line, placing)),
      ...lines.flatMap((line) => markSeries(line, placing)),
    ],
  } satisfies ChartOption;
}

/** Named in the legend, and by their dashes. */
function referenceSeries(
  { label, value, dash }: PlacedReference,
  { place, span }: Placing,
  colors: ChartColors,
): LineSeriesOption {
  return {
    id: `reference:${label}`,
    type: 'line',
    silent: true,
    showSymbol: false,
    lineStyle: { color: colors.ink, width: 1, type: [...dash], opacity: 0.9 },
    data: [
      [span.from, place(value)],
      [span.to, place(value)],
    ],
    emphasis: { disabled: true },
    z: 1,
  };
}
