/** Keys that the configs of VAEs have in common. */
import { z } from 'zod';
import type { StepInput } from '../../core/problem.ts';

/** @param without what a KL term of weight 0 leaves, as a clause */
export function elboShape(without: string) {
  return {
    kl: z
      .enum(['closed', 'sampled'])
      .default('closed')
      .describe(
        'The KL term in training: in closed form as far as it has one, or log q - log p at the sampled code, which is noisier. Reported figures have the closed form',
      )
      .meta({ section: 'training' }),
    beta: z
      .number()
      .min(0)
      .max(1000)
      .default(1)
      .describe(
        `Weight of the KL term in training, in nats like the reconstruction: 1 trains the ELBO, 0 ${without}. Reported ELBOs have weight 1`,
      )
      .meta({ section: 'training' }),
    warmUp: z
      .int()
      .min(0)
      .default(0)
      .describe('Steps in which the weight of the KL term rises evenly from 0 to beta')
      .meta({ section: 'training' }),
    iwae: iwaeSchema,
  };
}

const iwaeSchema = z
  .strictObject({
    samples: z.int().min(1).max(100_000).default(100).describe('Codes drawn per image'),
    images: z
      .int()
      .min(1)
      .nullable()
      .default(null)
      .describe('Number of test images, the first ones; null: all, as for hardTestElbo'),
  })
  .prefault({})
  .describe('The importance-weighted bound on test images, at the end');
export type IwaeConfig = z.infer<typeof iwaeSchema>;

/** Weight of the KL term at a step. */
export function klWeight(
  { beta, warmUp }: { readonly beta: number; readonly warmUp: number },
  { step }: Pick<StepInput, 'step'>,
): number {
  return step < warmUp ? (beta * step) / warmUp : beta;
}
