/** Draws a picture for a file, apart from the page: as SVG, or as PNG with the pixels that paper needs. */
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { AppError } from '../../shared/errors.ts';
import { paperOption, svgDocument, type LegendEntry, type PaperPicture } from '../../shared/figures/paper.ts';
import { formatNumber } from '../../shared/number-format.ts';
import { measureWith, type ChartColors } from './chart-colors.ts';
import './echarts.ts';
import { PIXELS_PER_CM, PIXELS_PER_POINT, type ImageChoice } from './image-choice.ts';
import type { ChartContent } from './plot-axes.ts';
import { toOption } from './to-option.ts';

use([SVGRenderer]);

/** A picture without what a person chooses of it. */
export type Drawn = Omit<PaperPicture, 'width' | 'title'>;

/** What a picture is drawn on. */
export interface Sheet {
  /** Pixels. */
  readonly width: number;
  /** Width of a text in pixels at the size of the labels. */
  measure(text: string): number;
}

/** Dots per inch of a PNG. */
const DPI = 300;
/** A CSS pixel is 1/96 inch. */
const PIXEL_RATIO = DPI / 96;
/** Marks along a line, at most: they tell lines apart in grey print. */
const MARKS = 7;
/** Names that a vector program finds; in a PNG the page's own type is used. Without quotes: ECharts does not escape them. */
const SVG_FONT = 'Inter, Helvetica, Arial, sans-serif';

/**
 * @param colors of the page in its light theme
 * @throws AppError if the browser makes no image
 */
export async function drawImage(
  choice: ImageChoice,
  title: string,
  draw: (colors: ChartColors, sheet: Sheet) => Drawn,
  page: ChartColors,
): Promise<Blob> {
  const colors: ChartColors = {
    ...page,
    font: choice.format === 'png' ? page.font : SVG_FONT,
    size: choice.points * PIXELS_PER_POINT,
  };
  const width = Math.round(choice.centimetres * PIXELS_PER_CM);
  const measure = measureWith(colors);
  const picture = { ...draw(colors, { width, measure }), title: choice.withTitle ? title : '', width };
  const { option, height } = paperOption(picture, colors, measure);
  const canvas = choice.format === 'png' ? document.createElement('canvas') : null;
  const chart = init(
    canvas,
    null,
    canvas === null
      ? { renderer: 'svg', ssr: true, width, height }
      : { renderer: 'canvas', width, height, devicePixelRatio: PIXEL_RATIO },
  );
  try {
    chart.setOption(option);
    if (canvas !== null) {
      return await pngOf(chart.renderToCanvas({ pixelRatio: PIXEL_RATIO, backgroundColor: colors.page }));
    }
    const size = { width: choice.centimetres, height: Number((height / PIXELS_PER_CM).toFixed(2)) };
    return new Blob([svgDocument(chart.renderToSVGString(), size)], { type: 'image/svg+xml' });
  } finally {
    chart.dispose();
  }
}

/** @param y name of the value axis, with its unit */
export function drawnLines(content: ChartContent, y: string, colors: ChartColors): Drawn {
  const option = toOption(content, colors);
  const listed = content.lines.filter((line) => line.listed);
  const marks = listed.flatMap(({ id, symbol, color }) => {
    const line = option.series.find((series) => series.id === id);
    if (symbol === undefined || line === undefined) return [];
    const points = line.data as Float64Array;
    const count = points.length / 2;
    const chosen = Math.min(MARKS, count);
    const places = Array.from({ length: chosen }, (_, i) => Math.floor(((i + 0.5) * count) / chosen));
    const data = places.map((i) => [points[2 * i], points[2 * i + 1]]);
    return [{ id: `mark:${id}`, type: 'scatter', symbol, symbolSize: 6, data, itemStyle: { color }, z: 5 }];
  });
  return {
    option: { ...option, series: [...option.series, ...marks] },
    legend: [
      ...listed.map(({ label, color, dash, width, symbol = '' }) => ({ label, color, dash, width, symbol })),
      ...content.references.map(({ label, value, dash }): LegendEntry => {
        return { label: `${label} ${formatNumber(value)}`, color: colors.ink, dash, width: 1, symbol: '' };
      }),
    ],
    y,
    plotHeight: 'wide',
    rows: [],
  };
}

async function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null)
    throw new AppError(
      'external',
      'the browser could not make an image of this chart; save it as SVG instead',
    );
  return new Blob([withResolution(new Uint8Array(await blob.arrayBuffer()), DPI)], { type: 'image/png' });
}

/** Signature and header chunk come first in every PNG. */
const AFTER_HEADER = 8 + 25;

/** Source: W3C, "Portable Network Graphics (PNG) Specification (Third Edition)", 5.2 to 5.5 and 11.3.4.3. */
function withResolution(png: Uint8Array, dotsPerInch: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(dotsPerInch / 0.0254);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode('pHYs'), 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  // The unit is the metre.
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const result = new Uint8Array(png.length + chunk.length);
  result.set(png.subarray(0, AFTER_HEADER));
  result.set(chunk, AFTER_HEADER);
  result.set(png.subarray(AFTER_HEADER), AFTER_HEADER + chunk.length);
  return result;
}

/** The polynomial of ISO 3309, over the chunk's type and data. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
