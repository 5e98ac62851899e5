/** What a user can set of an architecture search. Keys are a contract with scripts. */
import { z } from 'zod';
import { imagePixels, imagesShape } from '../../images/config.ts';
import { trainingBytes } from '../../networks/memory.ts';
import { picturesShape, trainingShape } from '../training-config.ts';
import { edgesOf, operationNames } from './cell.ts';

export const architectureSearchConfigSchema = z.strictObject({
  ...imagesShape({ kind: 'digits', binarize: 'none' }),
  nodes: z
    .int()
    .min(1)
    .max(4)
    .default(2)
    .describe(
      'Nodes of the cell after its input: every node gets the sum of an edge from each node before it, so 1, 2, 3, 4 nodes make 1, 3, 6, 10 edges',
    ),
  operations: z
    .array(z.enum(operationNames))
    .min(2)
    .refine((names) => new Set(names).size === names.length, 'expected every operation once')
    .default([...operationNames])
    .describe(
      'Operations that compete on every edge: none gives 0; skip passes its input on; relu and tanh are linear layers with that activation; gate multiplies its input with a sigmoid of a linear layer',
    ),
  features: z.int().min(1).max(512).default(32).describe('Features of a node'),
  unroll: z
    .number()
    .min(0)
    .max(10)
    .default(0)
    .describe(
      'Step xi of the weights on their minibatch through which the step of the operations looks: 0 is the first-order approximation of DARTS, larger its second order',
    ),
  architectureRate: z
    .number()
    .positive()
    .max(1000)
    .default(5)
    .describe('Steps of the logits of operations, as a multiple of learningRate, that of the weights'),
  retrain: z
    .strictObject({
      steps: z.int().min(1).max(100_000).default(400).describe('Steps of Adam'),
      batch: z.int().min(1).max(10_000).default(64).describe('Images of a minibatch'),
      rate: z
        .number()
        .positive()
        .max(10)
        .default(0.01)
        .describe('Step size at the start; it falls to 0 (cosine)'),
      seed: z
        .int()
        .min(0)
        .default(1)
        .describe(
          'Seed of weights and minibatches, the same for all runs: a cell has one accuracy, whoever found it',
        ),
    })
    .prefault({})
    .describe('How the found cell is trained from scratch, on the training images'),
  ...trainingShape,
  ...picturesShape,
  batch: trainingShape.batch
    .default(64)
    .describe(
      'Images of a minibatch, of which each step has two: one from the half of the training images that weights learn from, and one from the half that operations are chosen on',
    ),
  steps: trainingShape.steps.default(400),
});
export type ArchitectureSearchConfig = z.infer<typeof architectureSearchConfigSchema>;

/** `ProblemDefinition.memory` */
export function architectureSearchMemory(config: ArchitectureSearchConfig): number {
  const { nodes, features, operations, batch, data } = config;
  const pixels = imagePixels(data);
  const branches = edgesOf(nodes).length * operations.length;
  return trainingBytes(pixels * features + branches * features ** 2, batch, pixels + branches * features);
}
