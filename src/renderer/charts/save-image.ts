/** One chart as a file: what is on the page, with its title and legend, drawn apart from it. */
import { theme } from '../app/theme.svelte.ts';
import { chartColors } from './chart-colors.ts';
import type { ImageFormat } from './image.ts';
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
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${fileName(title)}.${format}`;
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
