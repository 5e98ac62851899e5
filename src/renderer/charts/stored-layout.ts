/** How charts were arranged, as the browser keeps it. */

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
export function parseLayout(text: string | null): StoredLayout {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value !== 'object' || value === null) return UNTOUCHED;
    const { order, heights } = value as { readonly order?: unknown; readonly heights?: unknown };
    return {
      order: Array.isArray(order) ? [...new Set(order.filter((id) => typeof id === 'string'))] : [],
      heights: Object.fromEntries(
        Object.entries(typeof heights === 'object' && heights !== null ? heights : {}).filter(
          (entry): entry is [string, number] =>
            typeof entry[1] === 'number' && entry[1] >= LEAST_HEIGHT && entry[1] <= MOST_HEIGHT,
        ),
      ),
    };
  } catch {
    return UNTOUCHED;
  }
}
