/** What ECharts is told for lines, bands, reference lines and scales. Nothing moves or answers the mouse: the page does that. */
import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { GridComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { formatTick } from '../../shared/number-format.ts';
import type { ChartColors } from './chart-colors.ts';
import type { ChartBand, ChartLine, Scale, Span } from './chart-data.ts';
import { MARGIN } from './plot-area.ts';
import type { PlacedReference } from './reference-lines.ts';
import type { XAxis } from './x-axis.ts';

export type ChartOption = ComposeOption<LineSeriesOption | CustomSeriesOption | GridComponentOption>;

export interface ChartContent {
  readonly lines: readonly ChartLine[];
  /** Those that are drawn. */
  readonly references: readonly PlacedReference[];
  readonly span: Span;
  readonly x: XAxis;
  readonly scale: Scale;
}

export function toOption(
  { lines, references, span, x, scale }: ChartContent,
  colors: ChartColors,
): ChartOption {
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: 11 };
  const drawable = (value: number) => Number.isFinite(value) && (scale === 'linear' || value > 0);
  return {
    animation: false,
    grid: { ...MARGIN, containLabel: false },
    xAxis: {
      type: 'value',
      min: span.from,
      max: span.to,
      axisLine: { onZero: false, lineStyle: { color: colors.line } },
      axisTick: { lineStyle: { color: colors.line } },
      splitLine: { show: false },
      axisLabel: { ...text, hideOverlap: true, showMinLabel: true, formatter: x.format },
    },
    yAxis: {
      type: scale === 'log' ? 'log' : 'value',
      scale: true,
      splitNumber: 4,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: colors.line, opacity: 0.7 } },
      axisLabel: { ...text, formatter: formatTick },
    },
    series: [
      ...lines.flatMap((line) => bandSeries(line, drawable, colors.bandOpacity)),
      ...references.map((reference) => referenceSeries(reference, span, colors)),
      ...lines.map((line) => lineSeries(line, drawable)),
    ],
  };
}

function lineSeries(line: ChartLine, drawable: (value: number) => boolean): LineSeriesOption {
  const { length } = line.xs;
  // x and y in turns: ECharts takes over typed arrays as they are, and copies others point by point.
  const points = new Float64Array(2 * length);
  for (let i = 0; i < length; i++) {
    const y = line.ys[i]!;
    points[2 * i] = line.xs[i]!;
    points[2 * i + 1] = drawable(y) ? y : Number.NaN;
  }
  return {
    id: line.id,
    type: 'line',
    dimensions: ['x', 'y'],
    // Its types do not know what its documentation says.
    data: points as unknown as number[],
    showSymbol: length === 1,
    symbolSize: 5,
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

function bandSeries(
  line: ChartLine,
  drawable: (value: number) => boolean,
  opacity: number,
): CustomSeriesOption[] {
  const { band } = line;
  if (band === undefined) return [];
  return stretches(line.xs, band, drawable).map(({ xs, low, high }, part) => ({
    id: `${line.id}:band:${part}`,
    type: 'custom',
    silent: true,
    clip: true,
    z: 2,
    // The ends of the band, for the extent of the axis; the first one draws all of it.
    data: xs.flatMap((x, i) => [
      [x, low[i]!],
      [x, high[i]!],
    ]),
    renderItem: ({ dataIndex }, api) => {
      if (dataIndex !== 0) return null;
      const upper = xs.map((x, i) => api.coord([x, high[i]!]));
      const lower = xs.map((x, i) => api.coord([x, low[i]!])).reverse();
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower] },
        style: { fill: line.color, opacity },
      };
    },
  }));
}

/** The parts of a band in which both ends can be drawn. */
function stretches(
  xs: ArrayLike<number>,
  band: ChartBand,
  drawable: (value: number) => boolean,
): { xs: number[]; low: number[]; high: number[] }[] {
  const parts: { xs: number[]; low: number[]; high: number[] }[] = [];
  let open: (typeof parts)[number] | null = null;
  for (let i = 0; i < xs.length; i++) {
    const [low, high] = [band.low[i]!, band.high[i]!];
    if (!drawable(low) || !drawable(high)) {
      open = null;
      continue;
    }
    if (open === null) parts.push((open = { xs: [], low: [], high: [] }));
    open.xs.push(xs[i]!);
    open.low.push(low);
    open.high.push(high);
  }
  return parts.filter((part) => part.xs.length > 1);
}

/** Named in the legend, and by their dashes. */
function referenceSeries(
  { label, value, dash }: PlacedReference,
  span: Span,
  colors: ChartColors,
): LineSeriesOption {
  return {
    id: `reference:${label}`,
    type: 'line',
    silent: true,
    showSymbol: false,
    lineStyle: { color: colors.ink, width: 1, type: [...dash], opacity: 0.9 },
    data: [
      [span.from, value],
      [span.to, value],
    ],
    emphasis: { disabled: true },
    z: 1,
  };
}
