/** Figures of a report, and what they are drawn on: a page, or paper of a width in centimetres. */
import { svgDocument } from '../../shared/figures/paper.ts';
import type { PanelColors } from '../../shared/pictures/draw/tools.ts';
import { PAPER, textWidth } from './svg.ts';

export interface Figure {
  /** Of its file, without an ending. */
  readonly name: string;
  readonly title: string;
  /** How to read it, and what is not in it; empty where that needs no words. */
  readonly note: string;
  readonly svg: string;
  /** What is drawn, one row per mark, the names of the columns first. */
  readonly data: readonly (readonly (string | number | null)[])[];
}

/** What figures are drawn on. */
export interface Sheet {
  /** Pixels, 96 an inch. */
  readonly width: number;
  readonly colors: PanelColors;
  /** Of a text in the size of the labels, in pixels. */
  measure(text: string): number;
  /** The SVG of a picture that is so high, in pixels. */
  document(svg: string, height: number): string;
}

/** A report is a page: its pictures have the reader's own type. */
export const PAGE_SHEET: Sheet = {
  width: 720,
  colors: { ...PAPER, font: 'system-ui, sans-serif' },
  measure: textWidth,
  document: (svg) => svg,
};

const PIXELS_PER_CM = 96 / 2.54;
const PIXELS_PER_POINT = 96 / 72;

/** @param centimetres width @param points type size of the labels */
export function paperSheet(centimetres: number, points: number): Sheet {
  const size = points * PIXELS_PER_POINT;
  return {
    width: Math.round(centimetres * PIXELS_PER_CM),
    colors: { ...PAPER, size },
    measure: (text) => textWidth(text) * (size / PAPER.size),
    document: (svg, height) =>
      svgDocument(svg, { width: centimetres, height: Number((height / PIXELS_PER_CM).toFixed(2)) }),
  };
}
