/** Quadrature over the noise of relaxed samples, in double precision: Gauss-Legendre in uniform numbers, a hard sample at a time. */
import { hostProbabilities } from './references.ts';
import type { ChoiceCase } from './cases.ts';

export interface Node {
  readonly weight: number;
  /** Like the logits: Gumbel noise up to a shift a choice, or logistic noise. */
  readonly noise: readonly number[];
}

/** Nodes of one axis: of a bit, and of each of the two axes of a choice among three. Three times as many move no mean by 1e-6. */
const BIT_NODES = 24;
const SIMPLEX_NODES = 32;

/**
 * One choice (D = 1) of two values, a bit, or a choice of three; undefined for more.
 * No hard sample changes between the nodes of one piece, so that the integrand is smooth in each.
 */
export function choiceNodes(kind: ChoiceCase['kind'], logits: readonly number[]): Node[] | undefined {
  if (kind === 'bernoulli') return bitNodes(logits[0]!).map(({ weight, at }) => ({ weight, noise: [at] }));
  // Two Gumbels enter by their difference only, which is logistic.
  if (logits.length === 2) {
    return bitNodes(logits[1]! - logits[0]!).map(({ weight, at }) => ({ weight, noise: [0, at] }));
  }
  return logits.length === 3 ? simplexNodes(logits) : undefined;
}

const nodesOf = new WeakMap<ChoiceCase, readonly Node[] | undefined>();

/** All choices of a row together, at most two; undefined elsewhere. */
export function noiseNodes(choiceCase: ChoiceCase): readonly Node[] | undefined {
  if (!nodesOf.has(choiceCase)) nodesOf.set(choiceCase, product(choiceCase));
  return nodesOf.get(choiceCase);
}

function product({ kind, latents, classes, logits }: ChoiceCase): readonly Node[] | undefined {
  if (latents > (classes === 2 ? 2 : 1)) return undefined;
  const size = logits.length / latents;
  const axes = Array.from({ length: latents }, (_, d) =>
    choiceNodes(kind, logits.slice(d * size, (d + 1) * size)),
  );
  return axes.reduce(
    (grid, axis) =>
      axis &&
      grid?.flatMap((a) =>
        axis.map((b) => ({ weight: a.weight * b.weight, noise: [...a.noise, ...b.noise] })),
      ),
    [{ weight: 1, noise: [] }],
  );
}

/** Logistic noise, cut where the hard sample flips. */
function bitNodes(logit: number): { weight: number; at: number }[] {
  const flip = 1 / (1 + Math.exp(logit));
  return [...legendre(BIT_NODES, 0, flip), ...legendre(BIT_NODES, flip, 1)].map(({ weight, at }) => ({
    weight,
    at: Math.log(at / (1 - at)),
  }));
}

/**
 * Gumbels are -log of standard exponentials E, and the least of A_k = E_k / w_k, w = e^logit, is the hard sample. With A_i the least,
 * at probability p_i, it is E_0 / W, W = sum w, and each other is that plus another E_k / w_k: shares of three exponentials,
 * uniform on the simplex, (1 - t, t (1 - b), t b) with density 2 t.
 */
function simplexNodes(logits: readonly number[]): Node[] {
  const w = logits.map(Math.exp);
  const total = w.reduce((a, b) => a + b, 0);
  const p = hostProbabilities({ kind: 'categorical', latents: 1, classes: 3, logits }, logits);
  const axis = legendre(SIMPLEX_NODES, 0, 1);
  return p.flatMap((pi, i) =>
    axis.flatMap((t) =>
      axis.map((b) => {
        const least = (1 - t.at) / total;
        const others = [t.at * (1 - b.at), t.at * b.at];
        const a = w.map((wk, k) => (k === i ? least : least + others.shift()! / wk));
        return {
          weight: pi * t.weight * 2 * t.at * b.weight,
          noise: a.map((ak, k) => -Math.log(ak) - logits[k]!),
        };
      }),
    ),
  );
}

/** Nodes and weights on an interval, by Newton's method from the Chebyshev points. */
export function legendre(n: number, from: number, to: number): { weight: number; at: number }[] {
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let round = 0; round < 20; round++) {
      let [before, here] = [0, 1];
      for (let k = 0; k < n; k++) [before, here] = [here, ((2 * k + 1) * x * here - k * before) / (k + 1)];
      slope = (n * (x * here - before)) / (x * x - 1);
      x -= here / slope;
    }
    return { weight: (to - from) / ((1 - x * x) * slope * slope), at: (from + to + (to - from) * x) / 2 };
  });
}
