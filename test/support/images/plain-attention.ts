/**
 * Hard attention in plain doubles, written from its formulas: scores, features, classes, f, and E f by going through every choice.
 * Shares nothing with the engine.
 */
import type { PlainParameters } from '../instance.ts';

type Numbers = readonly number[];

export type PlainAttentionKind =
  | { readonly kind: 'patch' }
  | { readonly kind: 'glimpses'; readonly glimpses: number }
  | { readonly kind: 'mask'; readonly price: number };

export interface PlainCanvas {
  /** Pixels of each patch. */
  readonly patches: readonly Numbers[];
  readonly label: number;
}

const dot = (a: Numbers, b: Numbers) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const add = (a: Numbers, b: Numbers) => a.map((x, i) => x + b[i]!);
const scaled = (a: Numbers, by: number) => a.map((x) => x * by);
const softmax = (scores: Numbers): number[] => {
  const top = Math.max(...scores);
  const weights = scores.map((score) => Math.exp(score - top));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

export class PlainAttention {
  readonly #attention: PlainAttentionKind;
  readonly #parameters: PlainParameters;

  constructor(attention: PlainAttentionKind, parameters: PlainParameters) {
    this.#attention = attention;
    this.#parameters = parameters;
  }

  /** E f of a canvas, over every choice with its probability. */
  expected(canvas: PlainCanvas): number {
    return this.choices(canvas).reduce((sum, { p, z }) => sum + p * this.f(canvas, z), 0);
  }

  /** Every choice with its probability: shares of what is seen of each patch. */
  choices(canvas: PlainCanvas): { readonly p: number; readonly z: Numbers }[] {
    const places = canvas.patches.length;
    const attention = this.#attention;
    if (attention.kind === 'mask') {
      const bits = this.scores(canvas, []).map(sigmoid);
      return Array.from({ length: 2 ** places }, (_, code) => {
        const z = bits.map((_bit, p) => (code >> p) & 1);
        return { p: z.reduce((product, bit, p) => product * (bit === 1 ? bits[p]! : 1 - bits[p]!), 1), z };
      });
    }
    const stages = attention.kind === 'glimpses' ? attention.glimpses : 1;
    let ways: { p: number; seen: number[] }[] = [{ p: 1, seen: [] }];
    for (let stage = 0; stage < stages; stage++) {
      ways = ways.flatMap(({ p, seen }) =>
        softmax(this.scores(canvas, seen)).map((chance, patch) => ({
          p: p * chance,
          seen: [...seen, patch],
        })),
      );
    }
    return ways.map(({ p, seen }) => ({ p, z: this.#shares(seen, places) }));
  }

  /** @param seen the patches of the glimpses before */
  scores(canvas: PlainCanvas, seen: Numbers): number[] {
    const places = canvas.patches.length;
    const times = scaled(this.#shares(seen, places), seen.length);
    const extra =
      seen.length === 0 ? null : this.#layer('seen', 1, this.#look(canvas, this.#shares(seen, places)));
    return canvas.patches.map((pixels, p) => {
      let sums = this.#layer('where', 1, pixels);
      if (extra !== null) sums = add(add(sums, extra), scaled(this.#of('seenTimes'), times[p]!));
      return this.#layer('where', 2, sums.map(Math.tanh))[0]!;
    });
  }

  f(canvas: PlainCanvas, z: Numbers): number {
    const { price = 0 } = this.#attention as { price?: number };
    return -Math.log(this.classes(canvas, z)[canvas.label]!) + price * z.reduce((a, b) => a + b, 0);
  }

  /** Probabilities of the classes. */
  classes(canvas: PlainCanvas, z: Numbers): number[] {
    const hidden = this.#layer('class', 1, this.#look(canvas, z)).map((x) => Math.max(0, x));
    return softmax(this.#layer('class', 2, hidden));
  }

  #look(canvas: PlainCanvas, z: Numbers): number[] {
    const size = this.#of('whatBiases1').length;
    const places = this.#of('whatPlaces');
    return canvas.patches
      .map((pixels, p) => {
        const own = places.slice(p * size, (p + 1) * size);
        return scaled(
          add(this.#layer('what', 1, pixels), own).map((x) => Math.max(0, x)),
          z[p]!,
        );
      })
      .reduce(add);
  }

  #shares(seen: Numbers, places: number): number[] {
    return Array.from(
      { length: places },
      (_, p) => seen.filter((own) => own === p).length / Math.max(1, seen.length),
    );
  }

  #layer(name: string, n: number, x: Numbers): number[] {
    const biases = this.#of(`${name}Biases${n}`);
    const weights = this.#of(`${name}Weights${n}`);
    return biases.map(
      (bias, out) =>
        bias +
        dot(
          x,
          x.map((_, i) => weights[i * biases.length + out]!),
        ),
    );
  }

  #of(name: string): Numbers {
    return this.#parameters[name]!;
  }
}
