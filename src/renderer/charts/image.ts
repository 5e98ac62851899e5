/** Draws a chart for a file: ECharts without a page, on a canvas of its own or as SVG. */
import { LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { AppError } from '../../shared/errors.ts';
import { formatNumber } from '../format/numbers.ts';
import './echarts.ts';
import type { ChartColors } from './chart-colors.ts';
import { MARGIN, TITLE_HEIGHT } from './plot-area.ts';
import { toOption, type ChartContent } from './to-option.ts';

use([SVGRenderer, TitleComponent, LegendComponent]);

export type ImageFormat = 'png' | 'svg';

/** Pixels of a PNG for each of the page: sharp on paper too. */
const PIXEL_RATIO = 3;
const HEIGHT = 360;
const BELOW = 62;

export function drawImage(
  format: ImageFormat,
  title: string,
  content: ChartContent,
  colors: ChartColors,
  width: number,
): Promise<Blob> {
  return drawOption(format, imageOption(title, content, colors), colors.page, { width, height: HEIGHT });
}

/** @param page colour behind the picture */
export async function drawOption(
  format: ImageFormat,
  option: Readonly<Record<string, unknown>>,
  page: string,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Blob> {
  const canvas = format === 'png' ? document.createElement('canvas') : null;
  const chart = init(
    canvas,
    null,
    canvas === null
      ? { renderer: 'svg', ssr: true, width, height }
      : { renderer: 'canvas', width, height, devicePixelRatio: PIXEL_RATIO },
  );
  try {
    chart.setOption(option);
    if (canvas === null) return new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' });
    return await pngOf(chart.renderToCanvas({ pixelRatio: PIXEL_RATIO, backgroundColor: page }));
  } finally {
    chart.dispose();
  }
}

function imageOption(title: string, content: ChartContent, colors: ChartColors): Record<string, unknown> {
  const option = toOption(content, colors);
  const labels = new Map([
    ...content.lines.filter(({ listed }) => listed).map(({ id, label }) => [id, label] as const),
    ...content.references.map(
      ({ label, value }) => [`reference:${label}`, `${label} ${formatNumber(value)}`] as const,
    ),
  ]);
  const text = { color: colors.text, fontFamily: colors.font };
  return {
    ...option,
    backgroundColor: colors.page,
    grid: { ...MARGIN, top: TITLE_HEIGHT + 12, bottom: BELOW },
    xAxis: {
      ...(option.xAxis as object),
      name: content.x.label,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { ...text, fontSize: 11 },
    },
    // A legend goes by names; lines without one are not in it.
    series: [option.series ?? []].flat().map((series) => ({ ...series, name: labels.get(`${series.id}`) })),
    title: titleOf(title, colors),
    legend: {
      data: [...labels.values()],
      left: 12,
      bottom: 8,
      icon: 'line',
      itemWidth: 22,
      textStyle: { ...text, fontSize: 11 },
    },
  };
}

/** A picture with its title above; its grid moves down. */
export function withTitle(
  option: Readonly<Record<string, unknown>>,
  title: string,
  colors: ChartColors,
): Readonly<Record<string, unknown>> {
  const grid = option['grid'] as { readonly top: number };
  return {
    ...option,
    backgroundColor: colors.page,
    grid: { ...grid, top: grid.top + TITLE_HEIGHT },
    title: titleOf(title, colors),
  };
}

function titleOf(title: string, { text, font }: ChartColors): Readonly<Record<string, unknown>> {
  return {
    text: title,
    left: 12,
    top: 8,
    textStyle: { color: text, fontFamily: font, fontSize: 13, fontWeight: 600 },
  };
}

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new AppError('external', 'the browser made no image of this chart; try SVG'));
      else resolve(blob);
    }, 'image/png');
  });
}
