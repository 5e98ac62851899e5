/** The data of the plane: a Gaussian for each class, and the classifier that knows them. */
import { onSplits } from '../../../shared/baseline-name.ts';
import { splits, type Split } from '../../../shared/split.ts';
import type { ImageData, ImageSplit } from '../../images/image-data.ts';
import { draws } from '../../random/draws.ts';
import { sineCosine } from '../../random/box-muller.ts';
import { fold, type Key } from '../../random/key.ts';
import { confidencesOf, negativeLogLikelihood, type Classified } from '../../statistics/calibration.ts';
import { OUTSIDE, type PlaneConfig } from './config.ts';
import type { Ground } from './ground.ts';

/** Labelled points, in units of the distance, as images of one row and two columns; and the box around them. */
export function drawPlane(
  config: PlaneConfig,
  key: Key,
): { readonly points: ImageData; readonly ground: Ground } {
  const { classes, distance, deviation, halfSide, count } = config;
  const half = halfSide / distance;
  const means = Array.from({ length: classes }, (_, k) => {
    const [sine, cosine] = sineCosine(k / classes);
    return [cosine, sine];
  });
  const [validation, test] = [
    Math.max(classes, Math.round(count * config.validation)),
    Math.max(classes, Math.round(count * config.test)),
  ];
  const sizes: Readonly<Record<Split, number>> = {
    train: Math.max(classes, count - validation - test),
    validation,
    test,
  };
  const drawn = (split: Split): ImageSplit => {
    const random = draws(fold(key, split));
    const labels = Uint8Array.from({ length: sizes[split] }, (_, n) => n % classes);
    const pixels = Float32Array.from({ length: 2 * sizes[split] }, (_, i) => {
      const mean = means[labels[Math.floor(i / 2)]!]![i % 2]!;
      return mean + (deviation / distance) * random.normal();
    });
    return { count: sizes[split], pixels, labels };
  };
  return {
    points: {
      ...{ height: 1, width: 2, classes, entropy: null, binarize: 'none' },
      source: `points of ${classes} Gaussian classes in a plane`,
      ...{ train: drawn('train'), validation: drawn('validation'), test: drawn('test') },
    },
    ground: {
      low: -half,
      high: half,
      means,
      deviation: deviation / distance,
      unit: distance,
      reach: (OUTSIDE * deviation) / distance,
    },
  };
}

/**
 * Accuracy and mean negative log-likelihood of p(class | point) by Bayes' rule, on each split: what no classifier is above on
 * average, and what one of all these points would become.
 */
export function bayesBaselines(
  points: ImageData,
  { means, deviation }: Ground,
): Readonly<Record<string, number>> {
  return onSplits(splits, (split) => {
    const { pixels, labels, count } = points[split];
    const logits = Float64Array.from({ length: count * means.length }, (_, i) => {
      const [n, k] = [Math.floor(i / means.length), i % means.length];
      const squares = means[k]!.reduce((sum, mean, axis) => sum + (pixels[2 * n + axis]! - mean) ** 2, 0);
      return -squares / (2 * deviation ** 2);
    });
    const classified: Classified = { logits, labels: labels!, classes: means.length };
    const { right } = confidencesOf(classified);
    return {
      bayes: right.reduce((sum, one) => sum + one, 0) / count,
      bayesNll: negativeLogLikelihood(classified),
    };
  });
}
