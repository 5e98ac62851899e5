/** One take-it-or-leave-it price. */

export interface PostedPrice {
  readonly price: number;
  /** Mean payment on the values it was fitted to. */
  readonly revenue: number;
}

/**
 * The revenue-maximising price for one good: argmax_p p * share of values >= p. Some value itself is optimal, because between
 * two values the demand is constant. Buyers who are indifferent buy.
 */
export function bestPostedPrice(values: Float64Array): PostedPrice {
  const ascending = values.slice().sort();
  let best: PostedPrice = { price: 0, revenue: 0 };
  ascending.forEach((price, i) => {
    const revenue = (price * (ascending.length - i)) / ascending.length;
    if (revenue > best.revenue) best = { price, revenue };
  });
  return best;
}

/** Mean payment of buyers with these values at that price. */
export function postedRevenue(values: Float64Array, price: number): number {
  let sales = 0;
  for (const value of values) if (value >= price) sales += 1;
  return (price * sales) / values.length;
}
