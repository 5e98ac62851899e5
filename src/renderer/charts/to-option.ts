/** What ECharts is told for lines, bands, reference lines and scales, where a line chart becomes a file; the page paints it itself. */
import type { CustomSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { tickOption } from '../../shared/figures/ticks.ts';
import type { ChartColors } from './chart-colors.ts';
import type { Placing } from './line-shapes.ts';
import { bandSeries, lineSeries, markSeries } from './line-series.ts';
import { MARGIN } from './plot-area.ts';
import { plotAxes, type ChartContent } from './plot-axes.ts';
import type { PlacedReference } from './reference-lines.ts';

type ChartOption = ComposeOption<
  LineSeriesOption | CustomSeriesOption | ScatterSeriesOption | GridComponentOption
>;

export function toOption(content: ChartContent, colors: ChartColors) {
  const { lines, references, x } = content;
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: colors.size };
  const axes = plotAxes(content);
  const { placing } = axes;
  const along = tickOption(axes.along);
  const up = tickOption(axes.up);
  return {
    animation: false,
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
