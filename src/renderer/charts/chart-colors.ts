/** Colours and type of the page as a canvas needs them: it knows no style sheet. */

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
  };
}

/** Width of a text in pixels, in the type of the labels. */
export function measureWith({ size, font }: Pick<ChartColors, 'size' | 'font'>): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => 0.6 * size * text.length;
  context.font = `${size}px ${font}`;
  return (text) => context.measureText(text).width;
}
