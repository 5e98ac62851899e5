/** What a user can set of a binarised network. Keys are a contract with scripts. */
import { z } from 'zod';
import { imagePixels, imagesShape } from '../../images/config.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

export const binarizedNetConfigSchema = z
  .strictObject({
    ...imagesShape({ kind: 'digits', binarize: 'none' }),
    hiddenLayers: z.int().min(1).max(8).default(2).describe('Hidden layers'),
    hiddenUnits: z.int().min(1).max(8192).default(256).describe('Units of a hidden layer'),
    weights: z
      .enum(['sign', 'float'])
      .default('sign')
      .describe(
        'Weights in use: the signs of the trained (latent) numbers, with sign(0) = +1, or these numbers',
      ),
    activations: z
      .enum(['sign', 'float'])
      .default('sign')
      .describe('Output of a hidden unit: a sign, with sign(0) = +1, or a rectified number (ReLU)'),
    straightThrough: z
      .enum(['identity', 'clipped', 'polynomial'])
      .default('clipped')
      .describe(
        'Slope that stands for that of sign(y) at a hidden unit: 1 everywhere; 1 for |y| <= 1, else 0; or 2 - 2 |y| for |y| <= 1, else 0 (Bi-Real). Signs of weights take the identity, and latent weights are kept in [-1, 1]',
      ),
    normalisation: z
      .enum(['batch', 'scale'])
      .default('batch')
      .describe(
        'What lies between sums and signs: batch normalisation, whose running statistics are used in evaluations; or a trained scale and shift alone. Both become thresholds of the exported network',
      ),
    stochastic: z
      .enum(['none', 'activations', 'weights'])
      .default('none')
      .describe(
        'What is drawn in training, with the gradient of an estimator: nothing; the hidden units of every image, one layer per stage; or all weights, once per step. Evaluations use the likelier sign',
      ),
    draws: z
      .int()
      .min(1)
      .max(16)
      .default(1)
      .describe(
        'Draws of all weights per step, each judged by the whole minibatch; used where weights are drawn',
      ),
    ...trainingShape,
    ...picturesShape,
    batch: trainingShape.batch.default(100),
    learningRate: trainingShape.learningRate.default({
      kind: 'exponential',
      from: 0.01,
      to: 0.0005,
      until: 1,
    }),
  })
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (config.stochastic === 'none') return;
    if (config[config.stochastic] !== 'sign')
      refuse(config.stochastic, `expected sign, because stochastic draws signs of ${config.stochastic}`);
    if (config.normalisation === 'batch')
      refuse(
        'normalisation',
        'expected scale: batch normalisation ties the rows of a minibatch together, but an estimator takes them to be independent',
      );
  });
export type BinarizedNetConfig = z.infer<typeof binarizedNetConfigSchema>;

/** True if the hard network needs nothing but signs, sums of them and thresholds. */
export function isBinary({ weights, activations }: BinarizedNetConfig): boolean {
  return weights === 'sign' && activations === 'sign';
}

/** Values of a layer, from the pixels to the classes. */
export function layerSizes(
  { hiddenLayers, hiddenUnits }: Pick<BinarizedNetConfig, 'hiddenLayers' | 'hiddenUnits'>,
  pixels: number,
  classes: number,
): number[] {
  return [pixels, ...new Array<number>(hiddenLayers).fill(hiddenUnits), classes];
}

/** Where only the data can say how many there are. */
const CLASSES = 10;

/** `ProblemDefinition.memory` */
export function binarizedNetMemory(config: BinarizedNetConfig): number {
  const { parameters, outputs } = denseSizes(layerSizes(config, imagePixels(config.data), CLASSES));
  // A drawn set of weights, and what its gradient keeps, for every draw of a step.
  const drawn = config.stochastic === 'weights' ? config.draws * parameters : 0;
  return trainingBytes(parameters + drawn, config.batch, outputs);
}
