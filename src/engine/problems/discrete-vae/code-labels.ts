/** Counts over codes: how often values are used, and with which labels. Codes of bits have D numbers, of categories D K. */
import type { CodeSizes } from './code-use.ts';
import type { Codes } from './trained-vae.ts';

type Sizes = Pick<CodeSizes, 'kind' | 'latents' | 'classes'>;

/** Of each latent, the share of the images with each value: D arrays of K. */
export function valueShares({ images, width, values }: Codes, { kind, latents, classes }: Sizes): number[][] {
  const sums = new Float64Array(width);
  values.forEach((value, i) => {
    sums[i % width]! += value / images;
  });
  return Array.from({ length: latents }, (_, d) =>
    kind === 'bernoulli'
      ? [1 - sums[d]!, sums[d]!]
      : Array.from(sums.subarray(d * classes, (d + 1) * classes)),
  );
}

/** Of each label, the mean of each number of the code over its images; null where it has none. */
export function labelShares(
  { images, width, values }: Codes,
  labels: Uint8Array,
  classes: number,
): (number | null)[][] {
  const sums = Array.from({ length: classes }, () => new Float64Array(width));
  const counts = new Float64Array(classes);
  for (let n = 0; n < images; n++) {
    const label = labels[n]!;
    counts[label]! += 1;
    for (let i = 0; i < width; i++) sums[label]![i]! += values[n * width + i]!;
  }
  return sums.map((own, label) =>
    Array.from(own, (sum) => (counts[label] === 0 ? null : sum / counts[label]!)),
  );
}

/** The latents, those first whose value tells most about the label: by the mutual information of both. */
export function byInformation(codes: Codes, labels: Uint8Array, sizes: Sizes): number[] {
  const { images } = codes;
  const classes = labels.subarray(0, images).reduce((most, label) => Math.max(most, label + 1), 1);
  const counts = new Float64Array(classes);
  for (let n = 0; n < images; n++) counts[labels[n]!]! += 1;
  const all = valueShares(codes, sizes);
  const given = labelShares(codes, labels, classes);
  const information = all.map((shares, d) =>
    given.reduce((sum, own, label) => {
      if (counts[label] === 0) return sum;
      const values =
        sizes.kind === 'bernoulli'
          ? [1 - own[d]!, own[d]!]
          : (own.slice(d * sizes.classes, (d + 1) * sizes.classes) as number[]);
      const divergence = values.reduce(
        (part, p, k) => (p > 0 ? part + p * Math.log(p / shares[k]!) : part),
        0,
      );
      return sum + (counts[label]! / images) * divergence;
    }, 0),
  );
  return information.map((_, d) => d).sort((a, b) => information[b]! - information[a]!);
}
