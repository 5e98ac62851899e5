/** The two-sample Kolmogorov-Smirnov test. */

/**
 * Do two samples have one law? The p value of the largest distance of their empirical distribution functions, by Stephens'
 * approximation of its law. Conservative for laws with ties.
 * Source: Press, Teukolsky, Vetterling, Flannery, Numerical Recipes, 3rd edition, 2007, section 14.3.3.
 */
export function kolmogorovSmirnov(first: readonly number[], second: readonly number[]): number {
  const size = Math.sqrt((first.length * second.length) / (first.length + second.length));
  const lambda = (size + 0.12 + 0.11 / size) * largestDistance(first, second);
  // The series alternates and falls so fast only where lambda is not near 0; there the probability is 1.
  if (lambda < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += 2 * (-1) ** (k - 1) * Math.exp(-2 * k ** 2 * lambda ** 2);
  return Math.min(1, Math.max(0, sum));
}

function largestDistance(first: readonly number[], second: readonly number[]): number {
  const [a, b] = [first.toSorted((x, y) => x - y), second.toSorted((x, y) => x - y)];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i] === value) i++;
    while (j < b.length && b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  return distance;
}
