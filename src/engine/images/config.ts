/** What a user can say of the images of a problem: the key `data`. Keys are a contract with scripts, the same for all problems. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { IMAGE_SAMPLES } from './idx-file.ts';
import { binarizations, type Binarize, type ImageData } from './image-data.ts';

const share = z.number().gt(0).lt(1);

const seed = z
  .int()
  .min(0)
  .default(1)
  .describe(
    'Seed of the splits and of drawn images and pixels; all runs of a comparison share it, whatever their own seed',
  );

const limit = z
  .int()
  .min(3)
  .nullable()
  .default(null)
  .describe(
    'Number of images used, over all splits, drawn at random with the labels in their proportions; from test files, at most as many again; null: all',
  );

const shares = {
  validation: share
    .default(0.1)
    .describe('Share of the images used for early stopping and restarts; the labels keep their proportions'),
  test: share
    .default(0.2)
    .describe('Share of the images kept for the reported figures; unused where there are test files'),
};

const labels = (images: string) =>
  z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(`IDX file with the labels of ${images}; null: there are none`)
    .meta({ widget: 'file', samples: IMAGE_SAMPLES });

const barsAndStripes = z.strictObject({
  kind: z
    .literal('bars-and-stripes')
    .describe(
      'All patterns of whole rows, or of whole columns, of a square, each equally likely: 2^(side + 1) - 2 patterns, whose entropy is known. Every split has them all',
    ),
  side: z.int().min(2).max(12).default(4).describe('Pixels per side'),
});

/** The kinds of images, for a problem that learns from other things as well. @param binarize unless the user says so */
export function imageKinds(binarize: Binarize) {
  const pixels = {
    binarize: z
      .enum(binarizations)
      .default(binarize)
      .describe(
        'How grey values are binarised: none, they stay; threshold, 1 above data.threshold; fixed, each pixel drawn once with its grey value as probability; stochastic, drawn again whenever an image is trained on, and once for validation and test',
      ),
    threshold: share
      .default(0.5)
      .describe('Grey value, from 0 to 1, above which a pixel is 1; used where data.binarize is threshold'),
  };
  return [
    z.strictObject({
      kind: z
        .literal('digits')
        .describe('1797 handwritten digits of 8 x 8 pixels, which come with the studio'),
      limit,
      ...pixels,
      ...shares,
      seed,
    }),
    barsAndStripes,
    z.strictObject({
      kind: z
        .literal('shapes')
        .describe(
          'Drawn shapes (disc, ring, square, frame, cross, triangle) of random size, place and shade',
        ),
      side: z.int().min(8).max(32).default(16).describe('Pixels per side'),
      count: z.int().min(12).max(50_000).default(2000).describe('Images drawn, all splits together'),
      ...pixels,
      ...shares,
      seed,
    }),
    z.strictObject({
      kind: z
        .literal('idx')
        .describe('IDX files, plain or packed with gzip: MNIST, Fashion-MNIST, EMNIST and the like'),
      images: z
        .string()
        .min(1)
        .describe('IDX file with the images: those of training, or all')
        .meta({ widget: 'file', samples: IMAGE_SAMPLES }),
      labels: labels('these images'),
      testImages: z
        .string()
        .min(1)
        .nullable()
        .default(null)
        .describe('IDX file with the test images; null: a share of the images is kept for testing')
        .meta({ widget: 'file', samples: IMAGE_SAMPLES }),
      testLabels: labels('the test images'),
      transposed: z
        .boolean()
        .default(false)
        .describe(
          'Whether the files store images column by column, as those of EMNIST do without saying so; they are then transposed',
        ),
      limit,
      ...pixels,
      ...shares,
      seed,
    }),
  ] as const;
}

/** What the kinds themselves cannot say of a config of images: a check of its schema. */
export function checkImages(data: ImagesConfig, context: z.RefinementCtx): void {
  if (data.kind === 'bars-and-stripes') return;
  if (data.validation + data.test >= 1) {
    const message = 'validation and test together must leave something for training';
    context.addIssue({ code: 'custom', path: ['test'], message });
  }
  if (data.kind !== 'idx') return;
  const refuse = (path: string, message: string) =>
    context.addIssue({ code: 'custom', path: [path], message });
  if (data.testImages === null && data.testLabels !== null)
    refuse('testImages', 'expected a file, as data.testLabels names one');
  if (data.testImages !== null && (data.labels === null) !== (data.testLabels === null))
    refuse(data.labels === null ? 'labels' : 'testLabels', 'expected labels of both files, or of none');
}

/**
 * The part of a problem's config that says which images: a problem's schema spreads it in.
 * @param defaults the kind of images, and what becomes of grey values, unless the user says so
 */
export function imagesShape(defaults: {
  readonly kind: 'digits' | 'bars-and-stripes' | 'shapes';
  readonly binarize: Binarize;
}) {
  return {
    data: z
      .discriminatedUnion('kind', imageKinds(defaults.binarize))
      .prefault({ kind: defaults.kind })
      .superRefine(checkImages)
      .describe('The images'),
  };
}

/** Config keys of an image problem that name files of the user (`ProblemDefinition.inputPaths`). */
export const imagePaths: readonly string[] = [
  'data.images',
  'data.labels',
  'data.testImages',
  'data.testLabels',
];

/** What `imagesShape` makes of a config: `data` of a problem's own config. */
export type ImagesConfig = z.infer<ReturnType<typeof imageKinds>[number]>;

/** @throws AppError precondition: no labels, or all the same, where a problem learns to tell them */
export function needLabels({ classes, train, source }: ImageData): void {
  if (new Set(train.labels).size > 1) return;
  const found = classes === 0 ? 'no labels' : 'a single one';
  throw new AppError(
    'precondition',
    `data: expected labels of several classes, which this problem learns to tell apart, found ${found} in ${source}; name files of labels, or choose other images.`,
    { path: 'data' },
  );
}

/** Pixels of an image whose size only its file says: that of MNIST. */
const USUAL_PIXELS = 784;

/** Pixels of an image, as far as the config can say. */
export function imagePixels(data: ImagesConfig): number {
  if (data.kind === 'idx') return USUAL_PIXELS;
  return data.kind === 'digits' ? 64 : data.side ** 2;
}
