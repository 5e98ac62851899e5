/** What a person chooses of a picture that is saved; remembered in this browser. */
import { isObject } from '../../shared/config-path.ts';

/** A PDF is made by the studio, of the SVG. */
const formats = ['svg', 'pdf', 'png'] as const;

export interface ImageChoice {
  readonly format: (typeof formats)[number];
  readonly centimetres: number;
  /** Of all labels. */
  readonly points: number;
  readonly withTitle: boolean;
}

export const PIXELS_PER_CM = 96 / 2.54;
export const PIXELS_PER_POINT = 96 / 72;

/** Widths of one and of two columns of a journal. */
export const COLUMNS = { one: 8.5, two: 17.5 } as const;
export const WIDTHS = { least: 5, most: 40 } as const;
export const POINTS = { least: 5, most: 24 } as const;

const FIRST: ImageChoice = { format: 'svg', centimetres: COLUMNS.one, points: 8, withTitle: false };

export function isPossible({ centimetres, points }: ImageChoice): boolean {
  return (
    centimetres >= WIDTHS.least &&
    centimetres <= WIDTHS.most &&
    points >= POINTS.least &&
    points <= POINTS.most
  );
}

/** Anything that is no choice counts as none. */
export function parseChoice(value: unknown): ImageChoice {
  const stored: Partial<Record<keyof ImageChoice, unknown>> = isObject(value) ? value : {};
  const { format, centimetres, points, withTitle }: Record<keyof ImageChoice, unknown> = {
    ...FIRST,
    ...stored,
  };
  const choice = {
    format: formats.find((known) => known === format) ?? FIRST.format,
    centimetres: Number(centimetres),
    points: Number(points),
    withTitle: withTitle === true,
  } as const;
  return isPossible(choice) ? choice : FIRST;
}
