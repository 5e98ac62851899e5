/**
 * How panels are drawn, in one place for the page (a canvas) and for files (SVG): every kind becomes an option of ECharts, which
 * shared/figures/paper.ts gives a title, a legend and the margins of its type size.
 */
import { categoryStyle } from '../../figures/category-colors.ts';
import type { EstimatorStyle } from '../../figures/estimator-style.ts';
import type { FigureColors, MarkPlace, Option } from '../../figures/marks.ts';
import type { LegendEntry, PaperPicture } from '../../figures/paper.ts';
import { formatTick } from '../../number-format.ts';
import type { PanelName } from '../parts.ts';

export interface PanelColors extends FigureColors {
  readonly dark: boolean;
}

/** What whoever draws lends. */
export interface DrawingTools {
  readonly colors: PanelColors;
  /** Of the whole drawing, in pixels. */
  readonly width: number;
  /** Width of a text in pixels at the size of the labels. */
  measure(text: string): number;
  /** What ECharts takes as an image, with hard edges between its pixels. @param rgba four bytes a pixel, by rows from the top */
  imageOf(rgba: Uint8Array, width: number, height: number): unknown;
  styleOf(estimator: string): EstimatorStyle;
}

export type PanelDrawing = Omit<PaperPicture, 'title' | 'width' | 'y'>;

/** Size of labels for which margins are given: paper has others, and scales them. */
const PAGE_SIZE = 11;

/** Pixels of the drawing for a pixel of the page. */
export function scaleOf({ colors }: DrawingTools): number {
  return colors.size / PAGE_SIZE;
}

/** Width of a text in pixels of the page. */
export function widthOf(text: string, tools: DrawingTools): number {
  return tools.measure(text) / scaleOf(tools);
}

export function drawing(
  option: Option,
  legend: readonly LegendEntry[],
  plotHeight: PanelDrawing['plotHeight'],
): PanelDrawing {
  return { option: { animation: false, ...option }, legend, plotHeight, rows: [] };
}

/** Of the whole drawing on a page, where title and legend stand outside of it; paper has both inside. */
export function heightOf({ option, plotHeight }: PanelDrawing, width: number): number {
  const grid = option['grid'] as Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
  const across = width - grid.left - grid.right;
  const plot = typeof plotHeight === 'number' ? plotHeight : plotHeight === 'square' ? across : 0.6 * across;
  return grid.top + plot + grid.bottom;
}

export interface NameStyle extends EstimatorStyle {
  readonly label: string;
}

/** Estimators have their own colours, and everything else those of categories. */
export function stylesOf(names: readonly PanelName[], tools: DrawingTools): readonly NameStyle[] {
  let categories = 0;
  return names.map(({ label, estimator }) => ({
    label,
    ...(estimator === undefined ? categoryStyle(categories++, tools.colors.dark) : tools.styleOf(estimator)),
  }));
}

/** One name needs no legend: the title says what is drawn. */
export function legendOf(
  styles: readonly NameStyle[],
  drawnAs: 'marks' | 'lines' | 'areas',
): readonly LegendEntry[] {
  if (styles.length < 2) return [];
  return styles.map(({ label, color, dash, symbol }) => ({
    label,
    color,
    dash: drawnAs === 'lines' ? dash : null,
    width: 2,
    symbol: drawnAs === 'marks' ? symbol : drawnAs === 'areas' ? 'rect' : '',
  }));
}

export interface DrawnItem {
  /** Said while the pointer is on it; empty: nothing is. */
  readonly name: string;
  /** Where it is: pixels for each place on the axes. Null: it is not drawn. */
  draw(at: (x: number, y: number) => readonly [number, number]): object | null;
}

/** Marks that are drawn by hand. */
export function handDrawn(
  id: string,
  items: readonly DrawnItem[],
  further: { readonly z: number; readonly clip?: boolean },
): Option {
  return {
    id,
    type: 'custom',
    silent: items.every(({ name }) => name === ''),
    clip: true,
    ...further,
    data: items.map(({ name }) => ({ name, value: [0, 0] })),
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: MarkPlace) => {
      const at = (x: number, y: number) => {
        const [left = 0, top = 0] = api.coord([x, y]);
        return [left, top] as const;
      };
      return items[dataIndex]?.draw(at) ?? null;
    },
  };
}

/** A rectangle between two corners, on whole pixels. */
export function box([x1, y1]: readonly [number, number], [x2, y2]: readonly [number, number], style: object) {
  const [left, right] = [Math.round(Math.min(x1, x2)), Math.round(Math.max(x1, x2))];
  const [top, bottom] = [Math.round(Math.min(y1, y2)), Math.round(Math.max(y1, y2))];
  return { type: 'rect', shape: { x: left, y: top, width: right - left, height: bottom - top }, style };
}

/** How far a cell reaches under its neighbours: in a PNG of 300 dpi whole pixels are none, and the page would shine through. */
const OVERLAP = 0.5;

/** One of many rectangles that touch each other. */
export function cellBox(a: readonly [number, number], b: readonly [number, number], fill: string) {
  const { shape, ...rect } = box(a, b, { fill });
  return { ...rect, shape: { ...shape, width: shape.width + OVERLAP, height: shape.height + OVERLAP } };
}

export function fontOf({ size, font }: FigureColors, weight: 400 | 600 = 400): string {
  return `${weight} ${size}px ${font}`;
}

/** Shortened to a width in pixels of the drawing, with an ellipsis. */
export function fitted(text: string, width: number, { measure }: DrawingTools): string {
  if (measure(text) <= width) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${text.slice(0, middle)}\u2026`) <= width) low = middle;
    else high = middle - 1;
  }
  return low === 0 ? '' : `${text.slice(0, low)}\u2026`;
}

/** A number in words of a picture; null is a value that is not there. */
export function said(value: number | null): string {
  return value === null ? 'no value' : formatTick(value);
}
