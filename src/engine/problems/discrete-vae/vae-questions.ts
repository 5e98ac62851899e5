/** What a trained discrete VAE can be asked: the code of an image, and the image of a code. */
import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import type { Split } from '../../../shared/split.ts';
import { defineQuestion } from '../../core/capabilities.ts';
import { askedImageSchema, checkPlace } from '../../images/asked-image.ts';
import { drawnImage } from '../../images/drawn-image.ts';
import { EVALUATION_KEY, judgedImages } from '../../images/judged-images.ts';
import { fold, rootKey } from '../../random/key.ts';
import { codeProbabilities, likeliestCode } from './code-law.ts';
import type { Evaluated } from './evaluate.ts';
import { logWeights } from './evaluate.ts';
import { logSumExp } from '../../../shared/log-space.ts';
import {
  asCodes,
  codeText,
  decodedImages,
  panelOf,
  priorCodes,
  trainedVae,
  type TrainedVae,
} from './trained-vae.ts';

/** Codes drawn for the bounds of one image. */
const DRAWS = 1000;
/** Latents that a table lists. */
const MOST_LISTED = 200;
/** Images of codes from the prior. */
const SAMPLES = 12;

export const discreteVaeQuestions = [
  defineQuestion({
    name: 'encode',
    label: 'Encode an image',
    help: 'The code of an image of the run, or of one that you draw: its reconstruction, the probability of each value, and bounds on the log-likelihood.',
    input: z.strictObject({ image: askedImageSchema }),
    output: pictureSchema,
    async answer(trained: TrainedVae, { image }) {
      const vae = await trainedVae(trained);
      return encoded(vae, image.kind === 'drawn' ? drawnImage(image.pixels, vae.data) : pixelsOf(vae, image));
    },
  }),
  defineQuestion({
    name: 'decode',
    label: 'Decode a code',
    help: 'The image of a code that you write, or of codes drawn from the prior.',
    input: z.strictObject({
      code: z
        .string()
        .max(50_000)
        .default('')
        .describe(
          'Bits as 0110, or values of categories as 3 0 7, one per latent; empty: codes drawn from the prior',
        ),
      seed: z.int().nonnegative().default(1).describe('Seed of the codes that are drawn'),
    }),
    output: pictureSchema,
    async answer(trained: TrainedVae, { code, seed }) {
      const vae = await trainedVae(trained);
      return decoded(vae, code.trim(), seed);
    },
  }),
];

function pixelsOf(vae: Evaluated, place: { readonly split: Split; readonly index: number }): Float32Array {
  const { split, index } = place;
  checkPlace(place, vae.data[split].count);
  return tf.tidy(() => Float32Array.from(judgedImages(vae, split, index, index + 1).dataSync()));
}

async function encoded({ data, networks }: Evaluated, pixels: Float32Array): Promise<Picture> {
  const { kind, latents, classes } = networks;
  const image = tf.tensor2d(pixels, [1, pixels.length]);
  const found = tf.tidy(() => {
    const logits = networks.encode(image);
    return {
      code: likeliestCode(kind, logits),
      probabilities: codeProbabilities(kind, logits),
      logs: logWeights(networks, image, DRAWS, fold(EVALUATION_KEY, 'question')),
    };
  });
  const code = Float32Array.from(await found.code.data());
  const probabilities = await found.probabilities.data();
  const logs = Array.from(await found.logs.data());
  tf.dispose([image, found]);
  const [own] = await decodedImages(networks, () => asCodes(code, networks));
  const listed = Array.from({ length: Math.min(latents, MOST_LISTED) }, (_, d) => d);
  return {
    note: `Its most probable code is ${codeText(code, networks).slice(0, 1000)}.`,
    facts: [
      { label: 'ELBO', value: logs.reduce((sum, log) => sum + log, 0) / logs.length, unit: 'nats' },
      { label: `IWAE bound, ${DRAWS} codes`, value: logSumExp(logs) - Math.log(DRAWS), unit: 'nats' },
    ],
    panels: [
      panelOf(data, 'Image and reconstruction', [
        { caption: 'image', pixels },
        { caption: 'its code', pixels: own! },
      ]),
      kind === 'bernoulli'
        ? {
            kind: 'bars',
            title: 'Probability of a 1',
            x: { label: 'Bit' },
            y: { label: 'q(z = 1 | x)', from: 0, to: 1 },
            bins: { kind: 'names', names: listed.map((d) => `${d}`) },
            series: [{ label: 'This image', values: listed.map((d) => probabilities[d]!) }],
          }
        : {
            kind: 'matrix',
            title: 'Probability of each value',
            rows: { label: 'Latent', names: listed.map((d) => `${d}`) },
            columns: { label: 'Value', names: Array.from({ length: classes }, (_, k) => `${k}`) },
            quantity: 'q(z | x)',
            values: listed.map((d) => Array.from(probabilities.slice(d * classes, (d + 1) * classes))),
            range: { from: 0, to: 1 },
          },
    ],
  };
}

async function decoded({ data, networks }: Evaluated, text: string, seed: number): Promise<Picture> {
  if (text !== '') {
    const code = readCode(text, networks);
    const [pixels] = await decodedImages(networks, () => asCodes(code, networks));
    return {
      note: 'The probability of each pixel.',
      facts: [],
      panels: [panelOf(data, 'Image', [{ caption: text.slice(0, 40), pixels: pixels! }])],
    };
  }
  const drawn = tf.tidy(() => priorCodes(networks, SAMPLES, fold(rootKey(seed), 'decode')));
  const codes = Float32Array.from(await drawn.data());
  const images = await decodedImages(networks, () => drawn.clone());
  drawn.dispose();
  const width = codes.length / SAMPLES;
  return {
    note: 'Codes drawn from the prior, and the probability of each pixel.',
    facts: [],
    panels: [
      panelOf(
        data,
        'Images',
        images.map((pixels, n) => ({
          caption: codeText(codes.subarray(n * width, (n + 1) * width), networks).slice(0, 40),
          pixels,
        })),
      ),
    ],
  };
}

function readCode(text: string, { kind, latents, classes }: Evaluated['networks']): Float32Array {
  const digits =
    kind === 'bernoulli' ? Array.from(text.replace(/[\s,]/g, ''), Number) : text.split(/[\s,]+/).map(Number);
  const expected =
    kind === 'bernoulli' ? `${latents} zeros and ones` : `${latents} whole numbers from 0 to ${classes - 1}`;
  const wrong = digits.find((digit) => !Number.isInteger(digit) || digit < 0 || digit >= classes);
  if (digits.length !== latents || wrong !== undefined) {
    const found = wrong === undefined ? `${digits.length}` : JSON.stringify(text.slice(0, 40));
    throw new AppError('validation', `code: expected ${expected}, found ${found}`, { path: 'code' });
  }
  if (kind === 'bernoulli') return Float32Array.from(digits);
  const code = new Float32Array(latents * classes);
  digits.forEach((digit, d) => (code[d * classes + digit] = 1));
  return code;
}
