/** Draws a chart for a file: ECharts without a page, on a canvas of its own or as SVG. */
import { LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { AppError } from '../../shared/errors.ts';
import './echarts.ts';
import type { ChartColors } from './chart-colors.ts';
import { MARGIN } from './plot-area.ts';
import { toOption, type ChartContent } from './to-option.ts';

use([SVGRenderer, TitleComponent, LegendComponent]);

export type ImageFormat = 'png' | 'svg';

/** Pixels of a PNG for each of the page: sharp on paper too. */
const PIXEL_RATIO = 3;
const HEIGHT = 360;
const ABOVE = 32;
const BELOW = 62;

export async function drawImage(
  format: ImageFormat,
  title: string,
  content: ChartContent,
  colors: ChartColors,
  width: number,
): Promise<Blob> {
  const canvas = format === 'png' ? document.createElement('canvas') : null;
  const chart = init(
    canvas,
    null,
    canvas === null
      ? { renderer: 'svg', ssr: true, width, height: HEIGHT }
      : { renderer: 'canvas', width, height: HEIGHT, devicePixelRatio: PIXEL_RATIO },
  );
  try {
    chart.setOption(imageOption(title, content, colors));
    if (canvas === null) return new Blob([chart.renderToSVGString()], { type: 'image/svg+xml' });
    return await pngOf(chart.renderToCanvas({ pixelRatio: PIXEL_RATIO, backgroundColor: colors.page }));
  } finally {
    chart.dispose();
  }
}

function imageOption(title: string, content: ChartContent, colors: ChartColors): Record<string, unknown> {
  const option = toOption(content, colors);
  const labels = new Map(content.lines.filter(({ listed }) => listed).map(({ id, label }) => [id, label]));
  const text = { color: colors.text, fontFamily: colors.font };
  return {
    ...option,
    backgroundColor: colors.page,
    grid: { ...MARGIN, top: ABOVE + 12, bottom: BELOW },
    xAxis: {
      ...(option.xAxis as object),
      name: content.x.label,
      nameLocation: 'middle',
      nameGap: 24,
      nameTextStyle: { ...text, fontSize: 11 },
    },
    // A legend goes by names; lines without one are not in it.
    series: [option.series ?? []].flat().map((series) => ({ ...series, name: labels.get(`${series.id}`) })),
    title: { text: title, left: 12, top: 8, textStyle: { ...text, fontSize: 13, fontWeight: 600 } },
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

function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new AppError('external', 'the browser made no image of this chart; try SVG'));
      else resolve(blob);
    }, 'image/png');
  });
}
