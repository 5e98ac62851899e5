/** The law of perturbed choices and its slope, for Gumbel and normal noise, in double precision. */
import type { ChoiceCase } from './cases.ts';
import { hostProbabilities } from './references.ts';

export interface PerturbedLaw {
  /** P(argmax = i), i = 0 .. K - 1. */
  readonly p: readonly number[];
  /** d log P(argmax = i) / d logit_j, [i][j]; for bits j is the bit's only logit. */
  readonly slope: readonly (readonly number[])[];
}

function density(x: number): number {
  return Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);
}

/** The normal distribution function, by its series 1/2 + density (x + x^3 / 3 + x^5 / 15 + ...). */
function normalCdf(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let [term, sum] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-18; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + density(x) * sum;
}

/** One law a choice. */
export function perturbedLaws(
  choiceCase: ChoiceCase,
  temperature: number,
  noise: 'gumbel' | 'normal',
): PerturbedLaw[] {
  const { kind, latents, classes, logits } = choiceCase;
  return Array.from({ length: latents }, (_, d) => {
    if (kind === 'bernoulli') return bitLaw(logits[d]! / temperature, temperature, noise);
    const scores = logits.slice(d * classes, (d + 1) * classes).map((x) => x / temperature);
    if (noise === 'normal') return normalLaw(scores, temperature);
    const p = hostProbabilities({ kind, latents: 1, classes, logits: scores }, scores);
    return { p, slope: p.map((_p, i) => p.map((pj, j) => ((i === j ? 1 : 0) - pj) / temperature)) };
  });
}

function bitLaw(score: number, temperature: number, noise: 'gumbel' | 'normal'): PerturbedLaw {
  const one = noise === 'normal' ? normalCdf(score) : 1 / (1 + Math.exp(-score));
  const slope = noise === 'normal' ? density(score) : one * (1 - one);
  return {
    p: [1 - one, one],
    slope: [[-slope / (1 - one) / temperature], [slope / one / temperature]],
  };
}

/** By the trapezoidal rule over the winner's noisy score. */
function normalLaw(scores: readonly number[], temperature: number): PerturbedLaw {
  const classes = scores.length;
  const p = new Array<number>(classes).fill(0);
  const joint = scores.map(() => new Array<number>(classes).fill(0));
  const [from, step] = [Math.min(...scores) - 9, 0.01];
  const nodes = Math.ceil((Math.max(...scores) + 9 - from) / step);
  for (let node = 0; node <= nodes; node++) {
    const z = from + node * step;
    const below = scores.map((a) => normalCdf(z - a));
    const at = scores.map((a) => density(z - a));
    const rest = (...without: number[]) =>
      below.reduce((product, value, l) => (without.includes(l) ? product : product * value), 1);
    for (let i = 0; i < classes; i++) {
      p[i]! += at[i]! * rest(i) * step;
      for (let j = 0; j < classes; j++) {
        if (j === i) continue;
        const rate = at[i]! * at[j]! * rest(i, j) * step;
        joint[i]![j]! -= rate;
        joint[i]![i]! += rate;
      }
    }
  }
  return { p, slope: joint.map((row, i) => row.map((x) => x / p[i]! / temperature)) };
}

/** Every way in which `draws` draws fall on the values, with its multinomial probability. */
export function multinomial(
  p: readonly number[],
  draws: number,
): { weight: number; counts: readonly number[] }[] {
  if (p.length === 1) return [{ weight: p[0]! ** draws, counts: [draws] }];
  const [first, ...others] = p as [number, ...number[]];
  let choose = 1;
  return Array.from({ length: draws + 1 }, (_, n) => {
    if (n > 0) choose = (choose * (draws - n + 1)) / n;
    const weight = choose * first ** n;
    return multinomial(others, draws - n).map((rest) => ({
      weight: weight * rest.weight,
      counts: [n, ...rest.counts],
    }));
  }).flat();
}
