/** What was sold, as distributions: the prices that buyers paid and the sizes of what they got. */

/** Quantiles that are reported: the extremes, the quartiles and the median, as in a box plot. */
export const SALES_QUANTILES = [0, 0.25, 0.5, 0.75, 1] as const;

/**
 * Quantiles of `values` at `SALES_QUANTILES`, interpolated between order statistics (Hyndman and Fan 1996, type 7). An empty
 * sample has none.
 */
export function salesQuantiles(values: Float64Array): readonly number[] {
  if (values.length === 0) return [];
  const ascending = values.slice().sort();
  return SALES_QUANTILES.map((share) => {
    const place = share * (ascending.length - 1);
    const below = Math.floor(place);
    const low = ascending[below]!;
    const high = ascending[Math.ceil(place)]!;
    return low + (place - below) * (high - low);
  });
}
