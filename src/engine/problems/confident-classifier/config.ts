/** What a user can set of a confident classifier. Keys are a contract with scripts. */
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { checkImages, imageKinds, imagePaths } from '../../images/config.ts';
import { IMAGE_SAMPLES } from '../../images/idx-file.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

const share = z.number().gt(0).lt(1);

const planeSchema = z.strictObject({
  kind: z
    .literal('plane')
    .describe(
      'Points of a plane: a Gaussian for each class, their means at equal distances on a circle around the middle of a square box',
    ),
  classes: z.int().min(2).max(12).default(2).describe('Classes K, equally likely'),
  distance: z
    .number()
    .positive()
    .max(1e6)
    .default(10)
    .describe('Distance of the means from the middle; networks see coordinates in units of it'),
  deviation: z.number().positive().max(1e6).default(2).describe('Standard deviation of a class'),
  halfSide: z
    .number()
    .positive()
    .max(1e6)
    .default(50)
    .describe('Half the side of the box in which points that belong to no class may lie'),
  count: z.int().min(10).max(200_000).default(2000).describe('Points drawn, over all splits'),
  validation: share
    .default(0.25)
    .describe('Share of the points used for early stopping, restarts and the fitted temperature'),
  test: share.default(0.25).describe('Share of the points kept for the reported figures'),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe('Seed of the points; all runs of a comparison share it, whatever their own seed'),
});

/** Of a box near the data. */
const nearShape = {
  share: z
    .number()
    .gt(0)
    .max(1)
    .default(0.4)
    .describe('Side of that box, as a share of the side of the whole one'),
};

const otherImages = [
  z.strictObject({
    kind: z
      .literal('shapes')
      .describe('Drawn shapes of the size of the images, whose side has to be at least 8 pixels'),
  }),
  z.strictObject({
    kind: z.literal('digits').describe('The 1797 handwritten digits of 8 x 8 pixels'),
  }),
  z.strictObject({
    kind: z.literal('idx').describe('Images of another set, of the same size, in an IDX file'),
    images: z
      .string()
      .min(1)
      .describe('IDX file with the images')
      .meta({ widget: 'file', samples: IMAGE_SAMPLES }),
    transposed: z
      .boolean()
      .default(false)
      .describe('Whether the file stores images column by column, as those of EMNIST do'),
  }),
] as const;

const unseenSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z
        .literal('usual')
        .describe('For the plane, like uniform; for images, like classes with the last class left out'),
    }),
    z.strictObject({
      kind: z
        .literal('uniform')
        .describe(
          'Uniform in the whole box: on the plane at points that are more than three deviations from every mean, for images each pixel independently',
        ),
    }),
    z.strictObject({
      kind: z.literal('near').describe('The same in a box near the data, around their mean'),
      ...nearShape,
    }),
    z.strictObject({
      kind: z.literal('classes').describe('Classes that are left out of training'),
      classes: z
        .array(z.int().min(0).max(255))
        .max(100)
        .default([])
        .describe('Labels of the classes left out; none named: the last one'),
    }),
    ...otherImages,
  ])
  .prefault({ kind: 'usual' });

const count = z
  .int()
  .min(1)
  .max(100_000)
  .nullable()
  .default(100)
  .describe('Drawn once for the whole training; null: drawn again at every step');

const outliersSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none').describe('None: cross-entropy alone') }),
    z.strictObject({
      kind: z
        .literal('box')
        .describe('Uniform in the whole box: for images, every pixel anywhere between black and white'),
      count,
    }),
    z.strictObject({
      kind: z.literal('near').describe('Uniform in a box near the data, around their mean'),
      ...nearShape,
      count,
    }),
    z.strictObject({
      kind: z
        .literal('gan')
        .describe(
          'Made by a generator that is trained beside the classifier: a discriminator holds it near the data, and the classifier where it is not sure',
        ),
      latents: z
        .int()
        .min(1)
        .max(1024)
        .default(8)
        .describe('Size of the noise from which one sample is made'),
      hiddenLayers: z.int().min(1).max(8).default(2).describe('Hidden layers of generator and discriminator'),
      hiddenUnits: z.int().min(1).max(4096).default(64).describe('Units of one of these layers'),
      loss: z
        .enum(['saturating', 'non-saturating'])
        .default('non-saturating')
        .describe(
          "The generator's part against the discriminator: log(1 - D) as in the equations, or -log D, whose gradient does not vanish while D is sure",
        ),
    }),
    z.strictObject({
      kind: z.literal('second').describe('Training samples of a real second set'),
      set: z
        .discriminatedUnion('kind', [
          z.strictObject({
            kind: z
              .literal('unseen')
              .describe('The training split of what is out of distribution in the figures: the upper end'),
          }),
          ...otherImages,
        ])
        .prefault({ kind: 'unseen' })
        .describe('Which'),
    }),
  ])
  .prefault({ kind: 'none' });

export const confidentConfigSchema = z
  .strictObject({
    data: z
      .discriminatedUnion('kind', [planeSchema, ...imageKinds('none')])
      .prefault({ kind: 'plane' })
      .superRefine((data, context) => {
        if (data.kind !== 'plane') {
          checkImages(data, context);
          return;
        }
        const refuse = (path: string, message: string) =>
          context.addIssue({ code: 'custom', path: [path], message });
        if (data.validation + data.test >= 1)
          refuse('test', 'validation and test together must leave something for training');
        if (data.halfSide <= data.distance + OUTSIDE * data.deviation)
          refuse(
            'halfSide',
            'expected more than data.distance + 3 data.deviation, so that every class lies in the box',
          );
      })
      .describe('What the classifier learns to tell apart: labelled points or images'),
    unseen: unseenSchema.describe('What is out of distribution in the figures'),
    outliers: outliersSchema
      .describe('Samples on which the classifier is trained to be unsure')
      .meta({ section: 'training' }),
    klWeight: z
      .number()
      .min(0)
      .max(1000)
      .default(1)
      .describe(
        'Weight beta of KL(uniform || p) on these samples, in the loss of the classifier and in that of a generator',
      )
      .meta({ section: 'training' }),
    hiddenLayers: z.int().min(0).max(8).default(2).describe('Hidden layers of the classifier'),
    hiddenUnits: z.int().min(1).max(4096).default(128).describe('Units of a hidden layer'),
    activation: z
      .enum(['relu', 'tanh', 'leaky-relu'])
      .default('relu')
      .describe('Activation of the hidden units; leaky-relu has the slope 0.3 below 0'),
    odin: z
      .strictObject({
        temperature: z.number().positive().max(1e6).default(1000).describe('Temperature of its softmax'),
        epsilon: z
          .number()
          .min(0)
          .max(1)
          .default(0.01)
          .describe(
            'Change of every input towards the class that is likeliest, in grey values or in units of data.distance',
          ),
      })
      .prefault({})
      .describe('The score ODIN'),
    bins: z.int().min(1).max(100).default(15).describe('Bins of the calibration errors'),
    ...trainingShape,
    ...picturesShape,
    batch: trainingShape.batch.default(64),
    learningRate: trainingShape.learningRate.default(0.001),
  })
  // Nothing is chosen, so nothing is relaxed.
  .omit({ temperature: true });

export type ConfidentConfig = z.infer<typeof confidentConfigSchema>;
export type PlaneConfig = z.infer<typeof planeSchema>;
export type OtherImages = z.infer<(typeof otherImages)[number]>;

/** Deviations from every mean beyond which a point of the plane belongs to no class. */
export const OUTSIDE = 3;

export const confidentPaths: readonly string[] = [...imagePaths, 'unseen.images', 'outliers.set.images'];

/** @throws AppError validation: images beside points */
export function refuseMixtures({ data, unseen, outliers }: ConfidentConfig): void {
  if (data.kind !== 'plane') return;
  const known = ['usual', 'uniform', 'near', 'classes', 'unseen'];
  const refuse = (path: string, found: string, remedy: string) => {
    throw new AppError(
      'validation',
      `${path}: expected points, as data.kind is plane, found images (${found}); choose ${remedy}, or images in data.kind.`,
      { path },
    );
  };
  if (!known.includes(unseen.kind)) refuse('unseen.kind', unseen.kind, 'uniform, near or classes');
  if (outliers.kind === 'second' && !known.includes(outliers.set.kind))
    refuse('outliers.set.kind', outliers.set.kind, 'unseen');
}
