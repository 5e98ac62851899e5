/** One chart as a file: what is on the page, with its title and legend, drawn apart from it. */
import { theme } from '../app/theme.svelte.ts';
import { chartColors, type ChartColors } from './chart-colors.ts';
import type { ImageFormat } from './image.ts';
import { TITLE_HEIGHT } from './plot-area.ts';
import type { ChartContent } from './to-option.ts';

/**
 * @param element the chart on the page: its size and its colours
 * @throws AppError if the browser makes no image
 */
export async function saveImage(
  format: ImageFormat,
  title: string,
  content: ChartContent,
  element: HTMLElement,
): Promise<void> {
  // Seldom needed, and it brings a second renderer: loaded when it is.
  const { drawImage } = await import('./image.ts');
  const blob = await drawImage(format, title, content, chartColors(element, theme.dark), element.clientWidth);
  saveBlob(blob, `${fileName(title)}.${format}`);
}

/**
 * The same for a picture that is no line chart.
 * @param option as the page draws it, without its title
 */
export async function saveMarks(
  format: ImageFormat,
  title: string,
  option: (colors: ChartColors) => Readonly<Record<string, unknown>>,
  element: HTMLElement,
): Promise<void> {
  const { drawOption, withTitle } = await import('./image.ts');
  const colors = chartColors(element, theme.dark);
  const blob = await drawOption(format, withTitle(option(colors), title, colors), colors.page, {
    width: element.clientWidth,
    height: element.clientHeight + TITLE_HEIGHT,
  });
  saveBlob(blob, `${fileName(title)}.${format}`);
}

function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** `Hard revenue, training buyers` becomes `hard-revenue-training-buyers`. */
function fileName(title: string): string {
  return (
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'chart'
  );
}
