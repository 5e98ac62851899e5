/** Marginals of bits under a constraint, by enumeration in double precision. */
import { allStates, type ChoiceCase } from './cases.ts';

export function allowed(z: readonly number[], structure: string, size: number): boolean {
  const ones = z.reduce((a, b) => a + b, 0);
  if (structure === 'at-most') return ones <= size;
  if (structure === 'exactly') return ones === size;
  return ones === 0 || z.lastIndexOf(1) - z.indexOf(1) + 1 === ones;
}

export function enumeratedMarginals(
  logits: readonly number[],
  temperature: number,
  structure: string,
  size: number,
): number[] {
  const choiceCase: ChoiceCase = { kind: 'bernoulli', latents: logits.length, classes: 2, logits };
  const score = (z: readonly number[]) => z.reduce((sum, zd, d) => sum + zd * logits[d]!, 0) / temperature;
  const states = allStates(choiceCase)
    .map(({ z }) => z)
    .filter((z) => allowed(z, structure, size));
  const top = Math.max(...states.map(score));
  const weights = states.map((z) => Math.exp(score(z) - top));
  const total = weights.reduce((a, b) => a + b, 0);
  return logits.map((_, d) => states.reduce((sum, z, i) => sum + (z[d]! * weights[i]!) / total, 0));
}
