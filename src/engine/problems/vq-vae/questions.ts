/** What a trained VQ-VAE can be asked: the codes of an image, and the image of codes. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import { defineQuestion } from '../../core/capabilities.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { askedImageSchema, checkPlace } from '../../images/asked-image.ts';
import { drawnImage } from '../../images/drawn-image.ts';
import { judgedImages, type JudgedData } from '../../images/judged-images.ts';
import { mapShape, modelOf, type TrainedVqVae } from './trained-vq-vae.ts';

/** [1, P] */
function tensorOf(judged: JudgedData, image: z.infer<typeof askedImageSchema>): tf.Tensor2D {
  const { data } = judged;
  if (image.kind === 'drawn') {
    return tf.tensor2d(drawnImage(image.pixels, data), [1, data.height * data.width]);
  }
  const { split, index } = image;
  checkPlace(image, data[split].count);
  return judgedImages(judged, split, index, index + 1);
}

export const vqVaeQuestions = [
  defineQuestion({
    name: 'encode',
    label: 'Encode',
    help: 'The codes of an image of the run, their distances, what they cost under the prior, and the image that they decode to.',
    input: z.strictObject({ image: askedImageSchema }),
    output: pictureSchema,
    /** @throws AppError validation if there is no such image */
    async answer(trained: TrainedVqVae, { image }): Promise<Picture> {
      const { model, ...judged } = await modelOf(trained);
      const { height, width } = judged.data;
      const { positions } = trained.config;
      const tensors = tf.tidy(() => {
        const x = tensorOf(judged, image);
        const own = model.encode(x);
        const squares = tf.sum(tf.squaredDifference(model.networks.encode(x), model.vectorsOf(own)), 1);
        return [x, own, model.decode(own), squares, model.prior.logProbability(own)];
      });
      const [given, map, pixels, squares, [cost]] = (await Promise.all(
        tensors.map(async (tensor) => Array.from(await tensor.data())),
      )) as [number[], number[], number[], number[], number[]];
      tf.dispose(tensors);
      const { width: columns } = mapShape(positions);
      return {
        note: `Codes: ${map.join(', ')}`,
        facts: [
          { label: 'Cost of the codes', value: -cost! / Math.LN2, unit: 'bits' },
          { label: 'Rate', value: -cost! / Math.LN2 / (height * width), unit: 'bits per pixel' },
        ],
        panels: [
          imagesPanel({
            title: 'Image and reconstruction',
            ...{ height, width, pixels: [...given, ...pixels] },
            captions: ['image', 'reconstruction'],
          }),
          {
            kind: 'table',
            title: 'Codes',
            columns: ['Position', 'Row', 'Column', 'Code', 'Squared distance'],
            rows: map.map((code, m) => [m, Math.floor(m / columns), m % columns, code, squares[m]!]),
          },
        ],
      };
    },
  }),
  defineQuestion({
    name: 'decode',
    label: 'Decode',
    help: 'The image of a code map.',
    input: z.strictObject({
      codes: z
        .array(z.int().nonnegative())
        .max(4096)
        .default([])
        .describe(
          'Codes from 0, one for each position in order; if there are fewer, the last one is repeated; none: code 0',
        ),
    }),
    output: pictureSchema,
    /** @throws AppError validation for codes that are not in the codebook, or more than there are positions */
    async answer(trained: TrainedVqVae, { codes }): Promise<Picture> {
      const { model, data } = await modelOf(trained);
      const { positions, codes: known } = trained.config;
      const refuse = (expected: string, found: string) => {
        throw new AppError('validation', `codes: expected ${expected}, found ${found}; change them.`, {
          path: 'codes',
        });
      };
      const beyond = codes.find((code) => code >= known);
      if (beyond !== undefined) refuse(`codes from 0 to ${known - 1}`, `${beyond}`);
      if (codes.length > positions)
        refuse(`at most ${positions} codes, one for each position`, `${codes.length}`);
      const map = Array.from({ length: positions }, (_, m) => codes[m] ?? codes.at(-1) ?? 0);
      const [image, logPrior] = tf.tidy(() => {
        const own = tf.tensor2d(map, [1, positions], 'int32');
        return [model.decode(own), model.prior.logProbability(own)] as const;
      });
      const pixels = Array.from(await image.data());
      const [cost] = await logPrior.data();
      tf.dispose([image, logPrior]);
      return {
        note: `Codes: ${map.join(', ')}`,
        facts: [{ label: 'Cost of the codes', value: -cost! / Math.LN2, unit: 'bits' }],
        panels: [imagesPanel({ title: 'Decoded', height: data.height, width: data.width, pixels })],
      };
    },
  }),
];
