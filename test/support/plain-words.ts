/** Models of words and their losses in plain doubles, one row at a time: for finite differences and enumeration. */
import type { Loss } from '../../src/engine/problems/noise-contrastive/config.ts';
import type { PlainParameters } from './instance.ts';

/** A row of a minibatch. */
export interface PlainRow {
  readonly target: number;
  /** Words of the context, with weight and distance (log-bilinear) or 0. */
  readonly context: readonly { readonly word: number; readonly weight: number; readonly slot: number }[];
  /** Noise words with ln(k q), and ln(k q) of the target. */
  readonly noise: readonly { readonly word: number; readonly logDraws: number }[];
  readonly logDraws: number;
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export function plainLogSum(values: readonly number[]): number {
  const most = Math.max(...values);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** s(w, h) of all words. */
export function plainScores(
  p: PlainParameters,
  size: number,
  context: PlainRow['context'],
): readonly number[] {
  const { inputVectors, outputVectors, biases, positionVectors } = p;
  const q = Array.from({ length: size }, (_, e) =>
    context.reduce(
      (sum, { word, weight, slot }) =>
        sum + weight * inputVectors![word * size + e]! * (positionVectors?.[slot * size + e] ?? 1),
      0,
    ),
  );
  return Array.from(
    { length: outputVectors!.length / size },
    (_, w) => q.reduce((sum, x, e) => sum + x * outputVectors![w * size + e]!, 0) + (biases?.[w] ?? 0),
  );
}

/** D of noise-contrastive losses for all that is compared: the word of the text first. */
function discriminated(own: number, noise: readonly number[]): number {
  return softplus(-own) + noise.reduce((sum, x) => sum + softplus(x), 0);
}

export function plainLoss(p: PlainParameters, size: number, loss: Loss, row: PlainRow): number {
  const { target, context, noise, logDraws } = row;
  const s = plainScores(p, size, context);
  const weights = context.reduce((sum, { weight }) => sum + weight, 0);
  const partition = (p['logPartitions'] ?? []).length
    ? context.reduce((sum, { word, weight }) => sum + (weight / weights) * p['logPartitions']![word]!, 0)
    : 0;
  const corrected = noise.map(({ word, logDraws: own }) => s[word]! - own);
  switch (loss.kind) {
    case 'full-softmax':
    case 'log-partition':
      return plainLogSum(s) - s[target]!;
    case 'nce':
      return discriminated(
        s[target]! - partition - logDraws,
        corrected.map((x) => x - partition),
      );
    case 'negative-sampling':
      return discriminated(
        s[target]!,
        noise.map(({ word }) => s[word]!),
      );
    case 'sampled-softmax':
      return plainLogSum([s[target]!, ...corrected.filter((_, i) => noise[i]!.word !== target)]) - s[target]!;
    case 'importance':
      return plainLogSum(corrected) - s[target]!;
  }
}
