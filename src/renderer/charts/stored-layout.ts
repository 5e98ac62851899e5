/** How charts were arranged, as the browser keeps it. */
import { isObject } from '../../shared/config-path.ts';

export interface StoredLayout {
  readonly order: readonly string[];
  /** Pixels of the plot, by chart; absent: as the page has it. */
  readonly heights: Readonly<Record<string, number>>;
}

export const UNTOUCHED: StoredLayout = { order: [], heights: {} };
export const LEAST_HEIGHT = 100;
export const MOST_HEIGHT = 900;

/** Charts that the order does not name stay behind the one they follow by nature. */
export function arranged(ids: readonly string[], order: readonly string[]): string[] {
  const result = order.filter((id) => ids.includes(id));
  for (const [i, id] of ids.entries()) {
    if (result.includes(id)) continue;
    result.splice(i === 0 ? 0 : result.indexOf(ids[i - 1]!) + 1, 0, id);
  }
  return result;
}

/** Anything that is not a layout counts as none. */
export function parseLayout(value: unknown): StoredLayout {
  const { order, heights } = isObject(value) ? value : UNTOUCHED;
  return {
    order: Array.isArray(order) ? [...new Set(order.filter((id) => typeof id === 'string'))] : [],
    heights: Object.fromEntries(
      Object.entries(isObject(heights) ? heights : {}).filter(
        (entry): entry is [string, number] =>
          typeof entry[1] === 'number' && entry[1] >= LEAST_HEIGHT && entry[1] <= MOST_HEIGHT,
      ),
    ),
  };
}
