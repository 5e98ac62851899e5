/** A bundle of items as it travels to a page: hexadecimal digits, item j is bit j mod 4 of digit floor(j / 4). */
import { z } from 'zod';

export const bundleTextSchema = z.string().regex(/^[0-9a-f]*$/);

/** @param has whether item j is in the bundle */
export function bundleText(items: number, has: (item: number) => boolean): string {
  let text = '';
  for (let first = 0; first < items; first += 4) {
    let digit = 0;
    for (let bit = 0; bit < 4 && first + bit < items; bit++) if (has(first + bit)) digit |= 1 << bit;
    text += digit.toString(16);
  }
  return text;
}

/** Items of the bundle, ascending. */
export function bundleItems(text: string): number[] {
  return Array.from(text).flatMap((digit, place) => {
    const bits = Number.parseInt(digit, 16);
    return [0, 1, 2, 3].flatMap((bit) => (((bits >> bit) & 1) === 1 ? [4 * place + bit] : []));
  });
}
