/** Which rows of a long table are worth making: those in view, and some above and below. */

export const ROW_HEIGHT = 28;
const MARGIN_ROWS = 8;

export function rowWindow(
  scrollTop: number,
  height: number,
  count: number,
): { readonly first: number; readonly end: number } {
  const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - MARGIN_ROWS);
  const end = Math.min(count, Math.ceil((scrollTop + height) / ROW_HEIGHT) + MARGIN_ROWS);
  return { first: Math.min(first, Math.max(0, count - 1)), end };
}
