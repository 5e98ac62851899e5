/** alpha-entmax in double precision by bisection of its threshold: apart from the engine's Newton steps. */
import { hostProbabilities } from './references.ts';
import type { ChoiceCase } from './cases.ts';

/** y with sum [(alpha - 1) x - t]_+^(1 / (alpha - 1)) = 1; 1 < alpha. */
export function hostEntmax(x: readonly number[], alpha: number): number[] {
  const scaled = x.map((value) => value * (alpha - 1));
  const at = (t: number) => scaled.map((value) => Math.max(0, value - t) ** (1 / (alpha - 1)));
  const top = Math.max(...scaled);
  let [low, high] = [top - 1, top];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (at(middle).reduce((a, b) => a + b, 0) > 1) low = middle;
    else high = middle;
  }
  return at((low + high) / 2);
}

/** entmax of the logits / temperature, flat like the logits. */
export function hostEntmaxChoice(
  choiceCase: ChoiceCase,
  logits: readonly number[],
  temperature: number,
  alpha: number,
): number[] {
  if (alpha === 1) return hostProbabilities(choiceCase, logits, temperature);
  const scores = logits.map((x) => x / temperature);
  if (choiceCase.kind === 'bernoulli') return scores.map((x) => hostEntmax([0, x], alpha)[1]!);
  return Array.from({ length: choiceCase.latents }, (_, d) =>
    hostEntmax(scores.slice(d * choiceCase.classes, (d + 1) * choiceCase.classes), alpha),
  ).flat();
}
