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

export function average(terms: readonly { weight: number; values: readonly number[] }[]): number[] {
  const sum = new Array<number>(terms[0]!.values.length).fill(0);
  for (const { weight, values } of terms) {
    for (let i = 0; i < sum.length; i++) sum[i]! += weight * values[i]!;
  }
  return sum;
}
