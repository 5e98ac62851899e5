/** Runs that one seed gave the same data, minibatches and initial weights: their difference is that of what was compared. */
import { z } from 'zod';

const digestSchema = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits');

/** What the seed of a run determined, as digests: the first 64 bits of a SHA-256. */
export const pairingSchema = z.object({
  /** Of the data, the seed and the size of a minibatch, which together are the stream of minibatches. */
  task: digestSchema,
  /** Of the initial values of each parameter. */
  weights: z
    .record(
      z.string().max(256),
      z.object({ shape: z.array(z.int().nonnegative()).max(16), digest: digestSchema }),
    )
    .refine((weights) => Object.keys(weights).length <= 10_000, 'expected at most 10 000 parameters'),
});
export type Pairing = z.infer<typeof pairingSchema>;

/** Parameters of one name are compared where their shapes agree: a wider network has other weights, and is compared all the same. */
export function arePaired(a: Pairing, b: Pairing): boolean {
  if (a.task !== b.task) return false;
  return Object.entries(a.weights).every(([name, own]) => {
    const other = Object.hasOwn(b.weights, name) ? b.weights[name] : undefined;
    return other === undefined || other.shape.join() !== own.shape.join() || other.digest === own.digest;
  });
}
