/** A VQ-VAE in plain doubles, every code map by enumeration; written from the formulas, without the problem's files. */
import type { PlainParameters } from '../instance.ts';

export interface PlainVqShape {
  readonly positions: number;
  readonly codes: number;
  readonly codeSize: number;
  readonly hiddenLayers: number;
  readonly prior: { readonly codeSize: number; readonly hiddenUnits: number };
}

type Numbers = number[];
const sum = (values: Numbers) => values.reduce((total, value) => total + value, 0);
const squaredDistance = (a: Numbers, b: Numbers) => sum(a.map((value, i) => (value - b[i]!) ** 2));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const logSoftmax = (logits: Numbers) => {
  const most = Math.max(...logits);
  const total = Math.log(sum(logits.map((logit) => Math.exp(logit - most)))) + most;
  return logits.map((logit) => logit - total);
};

export class PlainVqVae {
  readonly #shape: PlainVqShape;
  readonly #parameters: PlainParameters;

  constructor(shape: PlainVqShape, parameters: PlainParameters) {
    this.#shape = shape;
    this.#parameters = parameters;
  }

  #network(name: string, input: Numbers): number[] {
    const { hiddenLayers } = this.#shape;
    let x = [...input];
    for (let layer = 1; layer <= hiddenLayers + 1; layer++) {
      const weights = this.#parameters[`${name}Weights${layer}`]!;
      const biases = this.#parameters[`${name}Biases${layer}`]!;
      x = biases.map((bias, j) => bias + sum(x.map((value, i) => value * weights[i * biases.length + j]!)));
      if (layer <= hiddenLayers) x = x.map(Math.tanh);
    }
    return x;
  }

  code(k: number): Numbers {
    const { codeSize } = this.#shape;
    return this.#parameters['codebook']!.slice(k * codeSize, (k + 1) * codeSize);
  }

  /** One vector for each position. */
  vectors(x: Numbers): Numbers[] {
    const { positions, codeSize } = this.#shape;
    const all = this.#network('encoder', x);
    return Array.from({ length: positions }, (_, m) => all.slice(m * codeSize, (m + 1) * codeSize));
  }

  #distances(x: Numbers): Numbers[] {
    const { codes } = this.#shape;
    return this.vectors(x).map((vector) =>
      Array.from({ length: codes }, (_, k) => squaredDistance(vector, this.code(k))),
    );
  }

  nearest(x: Numbers): number[] {
    return this.#distances(x).map((own) => own.indexOf(Math.min(...own)));
  }

  /** Squared distances of the vectors to their nearest codes, summed. */
  distance(x: Numbers): number {
    return sum(this.#distances(x).map((own) => Math.min(...own)));
  }

  /** Logits of the pixels. */
  decoded(codes: Numbers): number[] {
    return this.#network(
      'decoder',
      codes.flatMap((k) => this.code(k)),
    );
  }

  logLikelihood(x: Numbers, codes: Numbers): number {
    return sum(this.decoded(codes).map((logit, i) => x[i]! * logit - softplus(logit)));
  }

  /** ln p(code m | codes before it) of every code. */
  priorLaw(before: Numbers): number[] {
    const { codes, positions, prior } = this.#shape;
    const { codeSize, hiddenUnits } = prior;
    const {
      priorCodes = [],
      priorHiddenWeights = [],
      priorHiddenBiases = [],
      priorWeights = [],
      priorBiases = [],
    } = this.#parameters;
    const m = before.length;
    const units = positions * hiddenUnits;
    const seen = before.flatMap((k) => priorCodes.slice(k * codeSize, (k + 1) * codeSize));
    const hidden = Array.from({ length: hiddenUnits }, (_, h) => {
      const unit = m * hiddenUnits + h;
      return Math.max(
        0,
        priorHiddenBiases[unit]! + sum(seen.map((value, i) => value * priorHiddenWeights[i * units + unit]!)),
      );
    });
    const logits = Array.from(
      { length: codes },
      (_, k) =>
        priorBiases[m * codes + k]! +
        sum(hidden.map((value, h) => value * priorWeights[(m * hiddenUnits + h) * codes + k]!)),
    );
    return logSoftmax(logits);
  }

  logPrior(codes: Numbers): number {
    return sum(codes.map((k, m) => this.priorLaw(codes.slice(0, m))[k]!));
  }

  /** Every code map; the last position changes fastest. */
  maps(): number[][] {
    const { positions, codes } = this.#shape;
    let all: number[][] = [[]];
    for (let m = 0; m < positions; m++)
      all = all.flatMap((map) => Array.from({ length: codes }, (_, k) => [...map, k]));
    return all;
  }

  /** ln q of every code at every position. */
  #law(x: Numbers): number[][] {
    const sharpness = Math.exp(this.#parameters['logSharpness']![0]!);
    return this.#distances(x).map((own) => logSoftmax(own.map((distance) => -sharpness * distance)));
  }

  /** E f of the stochastic quantiser. */
  stochasticValue(x: Numbers, klWeight: number): number {
    const law = this.#law(x);
    const kl = sum(law.map((own) => Math.log(own.length) + sum(own.map((logQ) => Math.exp(logQ) * logQ))));
    const expected = sum(
      this.maps().map((map) => Math.exp(sum(map.map((k, m) => law[m]![k]!))) * this.logLikelihood(x, map)),
    );
    return expected - klWeight * kl;
  }

  /** Slopes of a mean over images for every parameter, by central differences. */
  slopes(
    images: readonly Numbers[],
    value: (model: PlainVqVae, x: Numbers) => number,
  ): Record<string, number[]> {
    const step = 1e-5;
    return Object.fromEntries(
      Object.entries(this.#parameters).map(([name, values]) => [
        name,
        values.map((at, i) => {
          const moved = (by: number) => {
            const model = new PlainVqVae(this.#shape, {
              ...this.#parameters,
              [name]: values.with(i, at + by),
            });
            return sum(images.map((x) => value(model, x))) / images.length;
          };
          return (moved(step) - moved(-step)) / (2 * step);
        }),
      ]),
    );
  }
}
