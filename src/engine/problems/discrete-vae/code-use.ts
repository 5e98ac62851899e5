/**
 * How a model uses its codes, over all images of an evaluated split, and so whatever the minibatch is: counts on the host.
 * Source: active units: Burda, Grosse, Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016, section 5.2, with the largest
 * variance among the values of a latent in place of that of its mean.
 */

/** Variance of a posterior probability over the images above which a latent is active. */
const ACTIVE = 0.01;

export interface CodeUseResult {
  /** Latents of all stochastic layers that tell images apart. */
  readonly activeUnits: number;
  /** Of the latents of layer 1: exp of the entropy of the values that were drawn, between 1 and K, on average. */
  readonly perplexity: number;
  /** Share of the values of layer 1's latents that some image was given. */
  readonly valuesUsed: number;
  /** Different codes of layer 1 that images were given. */
  readonly codesUsed: number;
}

export interface CodeSizes {
  readonly kind: 'bernoulli' | 'categorical';
  readonly latents: number;
  readonly classes: number;
  readonly layers: number;
}

export class CodeUse {
  readonly #sizes: CodeSizes;
  readonly #width: number;
  #images = 0;
  readonly #seen = new Set<string>();
  /** How often each value of layer 1 was drawn; of bits, how often it was 1. */
  readonly #drawn: Float64Array;
  /** By layer: sums of probabilities and of their squares. */
  readonly #sums: readonly (readonly [Float64Array, Float64Array])[];

  constructor(sizes: CodeSizes) {
    const { kind, latents, classes, layers } = sizes;
    this.#sizes = sizes;
    this.#width = kind === 'bernoulli' ? latents : latents * classes;
    this.#drawn = new Float64Array(this.#width);
    this.#sums = Array.from({ length: layers }, () => [
      new Float64Array(this.#width),
      new Float64Array(this.#width),
    ]);
  }

  /** @param codes, means of each layer, image after image */
  add(images: number, codes: readonly Float32Array[], means: readonly Float32Array[]): void {
    const width = this.#width;
    this.#images += images;
    const first = codes[0]!;
    for (let n = 0; n < images; n++) {
      this.#seen.add(codeText(first.subarray(n * width, (n + 1) * width)));
    }
    first.forEach((value, i) => {
      this.#drawn[i % width]! += value;
    });
    for (const [layer, values] of means.entries()) {
      const [sums, squares] = this.#sums[layer]!;
      values.forEach((p, i) => {
        sums[i % width]! += p;
        squares[i % width]! += p * p;
      });
    }
  }

  result(): CodeUseResult {
    const { kind, latents, classes } = this.#sizes;
    const each = kind === 'bernoulli' ? 1 : classes;
    const shares = Array.from({ length: latents }, (_, d) => {
      const own = Array.from(this.#drawn.subarray(d * each, (d + 1) * each), (count) => count / this.#images);
      return kind === 'bernoulli' ? [1 - own[0]!, own[0]!] : own;
    });
    const active = this.#sums.map(
      ([sums, squares]) =>
        Array.from({ length: latents }, (_, d) =>
          Math.max(
            ...Array.from({ length: each }, (_unused, k) => {
              const mean = sums[d * each + k]! / this.#images;
              return squares[d * each + k]! / this.#images - mean * mean;
            }),
          ),
        ).filter((variance) => variance > ACTIVE).length,
    );
    return {
      activeUnits: active.reduce((sum, count) => sum + count, 0),
      perplexity: shares.reduce((sum, own) => sum + Math.exp(entropy(own)), 0) / latents,
      valuesUsed: shares.flat().filter((share) => share > 0).length / (latents * classes),
      codesUsed: this.#seen.size,
    };
  }
}

function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** A code of zeros and ones, eight a character. */
function codeText(code: Float32Array): string {
  let text = '';
  for (let i = 0; i < code.length; i += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8 && i + bit < code.length; bit++) byte = 2 * byte + Number(code[i + bit]! > 0.5);
    text += String.fromCharCode(byte);
  }
  return text;
}
