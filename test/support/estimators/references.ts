/**
 * What estimators must return on average, computed on the host in double precision, by enumeration or quadrature, apart from
 * the engine's code. Gradients are flat like the logits.
 */
import { allStates, type ChoiceCase, type TestObjective } from './cases.ts';

export function hostProbabilities(
  { kind, classes }: ChoiceCase,
  logits: readonly number[],
  temperature = 1,
): number[] {
  if (kind === 'bernoulli') return logits.map((x) => 1 / (1 + Math.exp(-x / temperature)));
  const p: number[] = [];
  for (let i = 0; i < logits.length; i += classes) {
    const row = logits.slice(i, i + classes);
    const top = Math.max(...row);
    const weights = row.map((x) => Math.exp((x - top) / temperature));
    const total = weights.reduce((a, b) => a + b, 0);
    p.push(...weights.map((x) => x / total));
  }
  return p;
}

/** p(z) of every state, in the order of `allStates`, for probabilities (or a relaxed point) `q`. */
export function stateProbabilities(choiceCase: ChoiceCase, q: readonly number[]): number[] {
  const { kind, classes } = choiceCase;
  return allStates(choiceCase).map(({ digits }) =>
    digits.reduce(
      (p, digit, d) => p * (kind === 'bernoulli' ? (digit ? q[d]! : 1 - q[d]!) : q[d * classes + digit]!),
      1,
    ),
  );
}

/** sum_z p(z) f(z) (z - p): the true gradient. */
export function trueGradient(choiceCase: ChoiceCase, objective: TestObjective): number[] {
  const p = hostProbabilities(choiceCase, choiceCase.logits);
  const weights = stateProbabilities(choiceCase, p);
  return average(
    allStates(choiceCase).map(({ z }, i) => ({
      weight: weights[i]!,
      values: z.map((zi, j) => objective.value(z) * (zi - p[j]!)),
    })),
  );
}

/** (d q / d logits)^T slope for q = softmax or sigmoid of logits / temperature. */
export function backThroughSoft(
  { kind, classes }: ChoiceCase,
  q: readonly number[],
  slope: readonly number[],
  temperature: number,
): number[] {
  if (kind === 'bernoulli') return q.map((p, d) => (p * (1 - p) * slope[d]!) / temperature);
  return q.map((p, i) => {
    const start = i - (i % classes);
    let inner = 0;
    for (let k = 0; k < classes; k++) inner += q[start + k]! * slope[start + k]!;
    return (p * (slope[i]! - inner)) / temperature;
  });
}

/** The vertex of the largest score; bits: 1 above 0. */
export function hostMode({ kind, classes }: ChoiceCase, scores: readonly number[]): number[] {
  if (kind === 'bernoulli') return scores.map((x) => (x > 0 ? 1 : 0));
  return scores.map((x, i) => {
    const start = i - (i % classes);
    return x === Math.max(...scores.slice(start, start + classes)) ? 1 : 0;
  });
}

interface Node {
  readonly weight: number;
  /** Like the logits: Gumbel noise up to a shift a choice, or logistic noise. */
  readonly noise: readonly number[];
}

/**
 * Quadrature over the relaxation's noise, where it has at most two dimensions; undefined elsewhere. Midpoints in the noise's
 * uniforms, with a cut where a bit's hard sample flips.
 */
export function noiseNodes({ kind, latents, classes, logits }: ChoiceCase): Node[] | undefined {
  const midpoints = (n: number, from = 0, to = 1) =>
    Array.from({ length: n }, (_, i) => ({
      weight: (to - from) / n,
      at: from + ((i + 0.5) / n) * (to - from),
    }));
  if (classes === 2 && latents <= 2) {
    const half = latents === 1 ? 10_000 : 150;
    // Two Gumbels enter by their difference only, which is logistic.
    const axes = Array.from({ length: latents }, (_, d) => {
      const logit = kind === 'bernoulli' ? logits[d]! : logits[2 * d + 1]! - logits[2 * d]!;
      const flip = 1 / (1 + Math.exp(logit));
      return [...midpoints(half, 0, flip), ...midpoints(half, flip, 1)].map(({ weight, at }) => {
        const logistic = Math.log(at / (1 - at));
        return { weight, noise: kind === 'bernoulli' ? [logistic] : [0, logistic] };
      });
    });
    return axes.reduce((grid, axis) =>
      grid.flatMap((a) =>
        axis.map((b) => ({ weight: a.weight * b.weight, noise: [...a.noise, ...b.noise] })),
      ),
    );
  }
  if (kind === 'categorical' && latents === 1 && classes === 3) {
    // Gumbels are -log of exponentials, whose shares are uniform on the simplex: (1 - sqrt a, sqrt a (1 - b), sqrt a b).
    const axis = midpoints(300);
    return axis.flatMap((a) =>
      axis.map((b) => {
        const root = Math.sqrt(a.at);
        const shares = [1 - root, root * (1 - b.at), root * b.at];
        return { weight: a.weight * b.weight, noise: shares.map((share) => -Math.log(share)) };
      }),
    );
  }
  return undefined;
}

export function average(terms: readonly { weight: number; values: readonly number[] }[]): number[] {
  const sum = new Array<number>(terms[0]!.values.length).fill(0);
  for (const { weight, values } of terms) {
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * values[i]!;
  }
  return sum;
}
