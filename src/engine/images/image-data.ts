/** Images as every problem that learns from images has them: read or drawn once, split once, shared by all runs of a comparison. */
import type { Split } from '../../shared/split.ts';

export interface ImageSplit {
  readonly count: number;
  /** Grey values in [0, 1], image after image, each by rows from the top left: [count, height, width]. */
  readonly pixels: Float32Array;
  /** Of each image, 0 .. classes - 1; null where the data have none. */
  readonly labels: Uint8Array | null;
}

/**
 * What becomes of grey values. `none`: they stay. `threshold`: 1 where they are larger, else 0. `fixed`: each pixel is drawn once
 * from Bernoulli(grey value), the same for all runs. `stochastic`: the pixels of a training image are drawn anew whenever it
 * enters a minibatch; images of the other splits are drawn once, as by `fixed`, so that figures can be compared.
 */
export const binarizations = ['none', 'threshold', 'fixed', 'stochastic'] as const;
export type Binarize = (typeof binarizations)[number];

export interface ImageData extends Readonly<Record<Split, ImageSplit>> {
  readonly height: number;
  readonly width: number;
  /** 0 where there are no labels. */
  readonly classes: number;
  /** Nats: ln of the number of patterns, where all patterns are equally likely and every one is known; else null. */
  readonly entropy: number | null;
  /** What was read or drawn, as a noun. */
  readonly source: string;
  readonly binarize: Binarize;
}

/** Images before they are chosen and split: a pixel costs memory only once it is written. */
export interface ImageSource {
  readonly name: string;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly labels: Uint8Array | null;
  /** Writes the grey values of one image, [height, width]. */
  write(image: number, out: Float32Array): void;
}
