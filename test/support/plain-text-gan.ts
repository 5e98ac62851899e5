/** Text GANs in plain doubles, written out from their formulas: the generator's law, the discriminator's logit, and sums over all sequences. */
import type { PlainParameters } from './instance.ts';

export interface PlainShape {
  readonly cell: 'gru' | 'lstm';
  /** V, T, e, h */
  readonly symbols: number;
  readonly length: number;
  readonly embedding: number;
  readonly hidden: number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** x M of a matrix by rows, [rows, columns]. */
function product(x: readonly number[], matrix: readonly number[], columns: number): number[] {
  return Array.from({ length: columns }, (_, n) =>
    x.reduce((sum, value, row) => sum + value * matrix[row * columns + n]!, 0),
  );
}

interface Hidden {
  readonly h: readonly number[];
  readonly c: readonly number[];
}

/** One step of the network `name`, of an input x [e]. */
function step(
  name: string,
  cell: PlainShape['cell'],
  units: number,
  p: PlainParameters,
  { h, c }: Hidden,
  x: readonly number[],
): Hidden {
  const gates = cell === 'gru' ? 3 : 4;
  const given = product(x, p[`${name}Input`]!, gates * units).map((sum, n) => sum + p[`${name}Biases`]![n]!);
  const own = product(h, p[`${name}Recurrent`]!, gates * units);
  const each = (of: (u: number) => number) => Array.from({ length: units }, (_, u) => of(u));
  const both = (gate: number, u: number) => given[gate * units + u]! + own[gate * units + u]!;
  if (cell === 'lstm') {
    const kept = each((u) => sigmoid(both(1, u)) * c[u]! + sigmoid(both(0, u)) * Math.tanh(both(3, u)));
    return { h: each((u) => sigmoid(both(2, u)) * Math.tanh(kept[u]!)), c: kept };
  }
  return {
    h: each((u) => {
      const reset = sigmoid(both(0, u));
      const keep = sigmoid(both(1, u));
      const candidate = Math.tanh(given[2 * units + u]! + reset * own[2 * units + u]!);
      return (1 - keep) * candidate + keep * h[u]!;
    }),
    c,
  };
}

const zeros = (count: number) => new Array<number>(count).fill(0);

/** Of a token; zeros before the first. */
function vector(name: string, p: PlainParameters, size: number, token: number | undefined): number[] {
  if (token === undefined) return zeros(size);
  return p[`${name}Embedding`]!.slice(token * size, (token + 1) * size);
}

/** The generator's state after one more token; of none, before the first. */
function after(
  { cell, embedding, hidden }: PlainShape,
  p: PlainParameters,
  state: Hidden | null,
  token: number | undefined,
): Hidden {
  const before = state ?? { h: zeros(hidden), c: zeros(hidden) };
  return step('generator', cell, hidden, p, before, vector('generator', p, embedding, token));
}

/** ln p of the next token, [V]. */
function nextLogs({ symbols }: PlainShape, p: PlainParameters, { h }: Hidden): number[] {
  const scores = product(h, p['generatorOutputWeights1']!, symbols).map(
    (sum, n) => sum + p['generatorOutputBiases1']![n]!,
  );
  const most = Math.max(...scores);
  const rest = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  return scores.map((score) => score - rest);
}

/** ln p of a sequence. */
export function logOf(shape: PlainShape, p: PlainParameters, tokens: readonly number[]): number {
  let state = after(shape, p, null, undefined);
  return tokens.reduce((sum, token) => {
    const log = nextLogs(shape, p, state)[token]!;
    state = after(shape, p, state, token);
    return sum + log;
  }, 0);
}

/** All sequences of T tokens that begin with some. */
export function sequencesFrom({ symbols, length }: PlainShape, prefix: readonly number[] = []): number[][] {
  if (prefix.length === length) return [[...prefix]];
  return Array.from({ length: symbols }, (_, token) => token).flatMap((token) =>
    sequencesFrom({ symbols, length } as PlainShape, [...prefix, token]),
  );
}

/** ln p of all of them, in their order. */
export function allLogs(shape: PlainShape, p: PlainParameters): number[] {
  const below = (state: Hidden, before: number, left: number): number[] =>
    nextLogs(shape, p, state).flatMap((log, token) =>
      left === 1 ? [before + log] : below(after(shape, p, state, token), before + log, left - 1),
    );
  return below(after(shape, p, null, undefined), 0, shape.length);
}

/** The discriminator's logit; filters of these widths, or the recurrent network with so many units. */
export function verdict(
  { cell, embedding }: PlainShape,
  p: PlainParameters,
  tokens: readonly number[],
  kind: { readonly widths: readonly number[]; readonly filters: number } | { readonly units: number },
): number {
  const vectors = tokens.map((token) => vector('discriminator', p, embedding, token));
  let features: number[];
  if ('units' in kind) {
    const first: Hidden = { h: zeros(kind.units), c: zeros(kind.units) };
    features = [
      ...vectors.reduce((state, x) => step('discriminator', cell, kind.units, p, state, x), first).h,
    ];
  } else {
    features = kind.widths.flatMap((width) => {
      const places = Array.from({ length: tokens.length - width + 1 }, (_, from) =>
        product(
          vectors.slice(from, from + width).flat(),
          p[`discriminatorFilters${width}Weights1`]!,
          kind.filters,
        ),
      );
      return Array.from({ length: kind.filters }, (_, filter) =>
        Math.max(
          ...places.map((sums) =>
            Math.max(0, sums[filter]! + p[`discriminatorFilters${width}Biases1`]![filter]!),
          ),
        ),
      );
    });
  }
  return product(features, p['discriminatorOutputWeights1']!, 1)[0]! + p['discriminatorOutputBiases1']![0]!;
}

export const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
