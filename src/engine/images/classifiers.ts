/** What a classifier of images has to beat: accuracies of two that need no training. */
import { splits } from '../../shared/split.ts';
import { onSplits } from '../../shared/baseline-name.ts';
import type { ImageData, ImageSplit } from './image-data.ts';

/** Descriptors of what `majorityBaselines` and `classifierBaselines` compute. */
export const majorityDescriptor = {
  name: 'majority',
  label: 'Most frequent label',
  help: 'Accuracy of always saying the label that most training images have.',
} as const;
export const classifierBaselineDescriptors = [
  majorityDescriptor,
  {
    name: 'centroid',
    label: 'Nearest mean',
    help: 'Accuracy of saying the label whose mean training image is nearest.',
  },
] as const;

/** Accuracies on every split. */
export function majorityBaselines(data: ImageData): Readonly<Record<string, number>> {
  const counts = countsOf(data);
  const majority = counts.indexOf(Math.max(...counts));
  return onSplits(splits, (split) => ({ majority: accuracyOf(data[split], () => majority) }));
}

/** The same with the nearest mean. */
export function classifierBaselines(data: ImageData): Readonly<Record<string, number>> {
  const { train, classes, height, width } = data;
  const size = height * width;
  const counts = countsOf(data);
  const means = Array.from({ length: classes }, () => new Float64Array(size));
  train.labels!.forEach((label, image) => {
    const mean = means[label]!;
    for (let i = 0; i < size; i++) mean[i]! += train.pixels[image * size + i]!;
  });
  means.forEach((mean, label) => mean.forEach((sum, i) => (mean[i] = sum / Math.max(1, counts[label]!))));
  const nearest = (pixels: Float32Array) => {
    let [best, least] = [0, Infinity];
    means.forEach((mean, label) => {
      if (counts[label] === 0) return;
      const distance = mean.reduce((sum, value, i) => sum + (value - pixels[i]!) ** 2, 0);
      if (distance < least) [best, least] = [label, distance];
    });
    return best;
  };
  return {
    ...majorityBaselines(data),
    ...onSplits(splits, (split) => ({ centroid: accuracyOf(data[split], nearest) })),
  };
}

/** Training images of each label. */
function countsOf({ train, classes }: ImageData): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of train.labels!) counts[label]! += 1;
  return counts;
}

function accuracyOf({ labels, pixels, count }: ImageSplit, say: (own: Float32Array) => number): number {
  const size = pixels.length / count;
  return (
    labels!.reduce(
      (sum, label, n) => sum + Number(say(pixels.subarray(n * size, (n + 1) * size)) === label),
      0,
    ) / count
  );
}
