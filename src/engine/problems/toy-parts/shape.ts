/** Config keys that both toys have. */
import { z } from 'zod';
import { elementwiseNames, reductionNames } from '../../objectives/expression.ts';
import { trainingShape } from '../training-config.ts';

const OBJECTIVE = `f, as table:<one number per value of z, the last bit changing fastest> or expr:<formula in z, the one-hot vector or the bits, and k, the index>. Formulas have numbers, lists of numbers, pi, e, n (entries of z), + - * / ^, comparisons, ${elementwiseNames.join(', ')}, ${reductionNames.join(', ')}, entries counted from 0 as in z[0] * z[1], and sums over an index as in sum(z[i] * z[i + 1], i, 0, n - 2); a formula that gives one value per entry of z is summed`;

/** Longest objective that is read: a table of some ten thousand numbers. */
const LONGEST = 200_000;

export const objectiveText = z.string().max(LONGEST).describe(OBJECTIVE);

export const toyShape = {
  initialLogits: z
    .array(z.number().min(-1000).max(1000))
    .nullable()
    .default(null)
    .describe('Logits at step 0; null: 0, with initialSpread'),
  initialSpread: z
    .number()
    .min(0)
    .max(100)
    .default(0)
    .describe('Half width of the uniform numbers added to the logits at step 0, drawn with the seed'),
  ...trainingShape,
  batch: trainingShape.batch
    .default(1)
    .describe('Independent choices per step, whose estimates are averaged'),
  evaluateEvery: trainingShape.evaluateEvery.default(10),
} as const;
