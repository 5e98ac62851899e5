/** Colours and type of the page as a canvas needs them: it knows no style sheet. */

/** Colours for regions beside each other, `--region-0` and on. */
export const REGION_COLORS = 8;

export interface ChartColors {
  readonly text: string;
  /** Of axes and marks. */
  readonly ink: string;
  readonly line: string;
  readonly page: string;
  readonly font: string;
  /** Of labels, in pixels. */
  readonly size: number;
  readonly dark: boolean;
  readonly bandOpacity: number;
  /** Behind text; `REGION_COLORS` of them. */
  readonly regions: readonly string[];
}

/** @param element anything on the page */
export function chartColors(element: HTMLElement, dark: boolean): ChartColors {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: token('--ink'),
    ink: token('--ink-3'),
    line: token('--line'),
    page: token('--page'),
    font: token('--font'),
    size: 11,
    dark,
    bandOpacity: dark ? 0.24 : 0.16,
    regions: Array.from({ length: REGION_COLORS }, (_, i) => token(`--region-${i}`)),
  };
}

/** Width of a text in pixels, in the type of the labels. */
export function measureWith({ size, font }: Pick<ChartColors, 'size' | 'font'>): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => 0.6 * size * text.length;
  context.font = `${size}px ${font}`;
  return (text) => context.measureText(text).width;
}
