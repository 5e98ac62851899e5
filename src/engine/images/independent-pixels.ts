/** Pixels as independent bits with the means of the training images: where the decoder starts, and what a model must beat. */
import type { Split } from '../../shared/split.ts';
import type { ImageData } from './image-data.ts';

/** Of each pixel, in (0, 1): one more image is counted, grey throughout, so that a pixel that is always black has a logit. */
export function pixelMeans({ height, width, train }: ImageData): number[] {
  const size = height * width;
  const sums = new Array<number>(size).fill(0.5);
  train.pixels.forEach((value, i) => {
    sums[i % size]! += value;
  });
  return sums.map((sum) => sum / (train.count + 1));
}

/** Mean log-likelihood of the images of a split, in nats. */
export function independentLogLikelihood(data: ImageData, split: Split): number {
  const means = pixelMeans(data);
  const { pixels, count } = data[split];
  const [ones, zeros] = [means.map(Math.log), means.map((mean) => Math.log1p(-mean))];
  const sum = pixels.reduce((before, x, i) => {
    const pixel = i % means.length;
    return before + x * ones[pixel]! + (1 - x) * zeros[pixel]!;
  }, 0);
  return sum / count;
}
