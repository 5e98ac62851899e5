/** A discrete VAE in plain doubles, everything by enumeration of its codes; written from the formulas, without the networks' file. */
import type { PlainParameters } from '../instance.ts';

export interface PlainShape {
  readonly kind: 'bernoulli' | 'categorical';
  readonly latents: number;
  /** 2 for bits. */
  readonly classes: number;
  readonly layers: number;
  readonly hiddenLayers: number;
  readonly activation: (x: number) => number;
}

type Code = readonly number[];

export class PlainVae {
  readonly #shape: PlainShape;
  readonly #parameters: PlainParameters;

  constructor(shape: PlainShape, parameters: PlainParameters) {
    this.#shape = shape;
    this.#parameters = parameters;
  }

  /** Every code, as zeros and ones; the last latent changes fastest. */
  codes(): Code[] {
    const { kind, latents, classes } = this.#shape;
    let codes: number[][] = [[]];
    for (let d = 0; d < latents; d++) {
      codes = codes.flatMap((code) =>
        Array.from({ length: classes }, (_, k) =>
          kind === 'bernoulli'
            ? [...code, k]
            : [...code, ...Array.from({ length: classes }, (_u, j) => Number(j === k))],
        ),
      );
    }
    return codes;
  }

  #network(name: string, input: readonly number[]): number[] {
    const { hiddenLayers, activation } = this.#shape;
    let x = [...input];
    for (let layer = 1; layer <= hiddenLayers + 1; layer++) {
      const weights = this.#parameters[`${name}Weights${layer}`]!;
      const biases = this.#parameters[`${name}Biases${layer}`]!;
      x = biases.map((bias, j) =>
        x.reduce((sum, value, i) => sum + value * weights[i * biases.length + j]!, bias),
      );
      if (layer <= hiddenLayers) x = x.map(activation);
    }
    return x;
  }

  #logMass(logits: readonly number[], code: Code): number {
    const { kind, classes } = this.#shape;
    if (kind === 'bernoulli') return logBits(code, logits);
    return code.reduce((sum, z, i) => {
      const own = logits.slice(i - (i % classes), i - (i % classes) + classes);
      return sum + z * (logits[i]! - Math.log(own.reduce((total, l) => total + Math.exp(l), 0)));
    }, 0);
  }

  #logPrior(code: Code): number {
    const { latents, classes } = this.#shape;
    const logits = this.#parameters['priorLogits'];
    return logits === undefined ? -latents * Math.log(classes) : this.#logMass(logits, code);
  }

  logEncoder(x: readonly number[], z: Code): number {
    return this.#logMass(this.#network('encoder', x), z);
  }

  logTopEncoder(z1: Code, z2: Code): number {
    return this.#logMass(this.#network('topEncoder', z1), z2);
  }

  logDecoder(x: readonly number[], z: Code): number {
    return logBits(x, this.#network('decoder', z));
  }

  logTopDecoder(z1: Code, z2: Code): number {
    return this.#logMass(this.#network('topDecoder', z2), z1);
  }

  /** Every code of an image, of all layers together: its probability under q, log p(x | z) and log q - log p of all codes. */
  #ways(x: readonly number[]) {
    const codes = this.codes();
    const each = codes.map((z1) => ({
      z1,
      logQ: this.logEncoder(x, z1),
      likelihood: this.logDecoder(x, z1),
    }));
    if (this.#shape.layers === 1) {
      return each.map(({ z1, logQ, likelihood }) => ({
        q: Math.exp(logQ),
        likelihood,
        ratio: logQ - this.#logPrior(z1),
      }));
    }
    return each.flatMap(({ z1, logQ, likelihood }) =>
      codes.map((z2) => {
        const logTop = this.logTopEncoder(z1, z2);
        return {
          q: Math.exp(logQ + logTop),
          likelihood,
          ratio: logQ + logTop - this.logTopDecoder(z1, z2) - this.#logPrior(z2),
        };
      }),
    );
  }

  elbo(x: readonly number[], beta = 1): number {
    return this.#ways(x).reduce((sum, { q, likelihood, ratio }) => sum + q * (likelihood - beta * ratio), 0);
  }

  kl(x: readonly number[]): number {
    return this.#ways(x).reduce((sum, { q, ratio }) => sum + q * ratio, 0);
  }

  logLikelihood(x: readonly number[]): number {
    return Math.log(
      this.#ways(x).reduce((sum, { q, likelihood, ratio }) => sum + q * Math.exp(likelihood - ratio), 0),
    );
  }

  /** E log of the mean of two importance weights: the IWAE bound with two samples. */
  iwaeOfTwo(x: readonly number[]): number {
    const ways = this.#ways(x);
    return ways.reduce(
      (sum, a) =>
        sum +
        ways.reduce(
          (inner, b) =>
            inner +
            a.q * b.q * Math.log((Math.exp(a.likelihood - a.ratio) + Math.exp(b.likelihood - b.ratio)) / 2),
          0,
        ),
      0,
    );
  }

  /** Slopes of the mean ELBO of images for every parameter, by central differences. */
  slopes(images: readonly (readonly number[])[], beta: number): Record<string, number[]> {
    const step = 1e-5;
    return Object.fromEntries(
      Object.entries(this.#parameters).map(([name, values]) => [
        name,
        values.map((value, i) => {
          const at = (by: number) => {
            const moved = new PlainVae(this.#shape, {
              ...this.#parameters,
              [name]: values.with(i, value + by),
            });
            return images.reduce((sum, x) => sum + moved.elbo(x, beta), 0) / images.length;
          };
          return (at(step) - at(-step)) / (2 * step);
        }),
      ]),
    );
  }
}

/** log p of bits, or of grey values as the mean over bits, under their logits. */
function logBits(bits: readonly number[], logits: readonly number[]): number {
  return bits.reduce((sum, x, i) => sum - x * softplus(-logits[i]!) - (1 - x) * softplus(logits[i]!), 0);
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
