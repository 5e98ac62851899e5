/** What the losses of word models are known to lead to, over small alphabets by enumeration. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sampledLoss, textPosterior } from '../../src/engine/problems/noise-contrastive/losses.ts';
import { minimise } from '../../src/engine/statistics/minimise.ts';

const p = [0.5, 0.25, 0.15, 0.07, 0.03];
const noises = [
  { label: 'uniform', q: [0.2, 0.2, 0.2, 0.2, 0.2] },
  { label: 'like the text', q: p },
  { label: 'unlike the text', q: [0.02, 0.08, 0.1, 0.3, 0.5] },
];
const counts = [1, 5, 1000];
/** Slope at an optimum: rounding of float32, of sums of a thousand terms too. */
const level = (k: number) => (k === 1000 ? 3e-6 : 1e-6);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * The expected loss of the engine over w ~ p and k noise words ~ q for one context, and its gradient for the scores. A row is a pair (w, n)
 * with n in all k columns: the loss is a sum over noise words, so that its mean over them is that over rows.
 */
function expectedLoss(
  kind: 'nce' | 'negative-sampling',
  scores: readonly number[],
  text: readonly number[],
  q: readonly number[],
  k: number,
): { readonly value: number; readonly gradient: readonly number[] } {
  const words = text.length;
  const pairs = text.flatMap((_, w) => q.map((__, n) => [w, n] as const));
  const logDraws = q.map((own) => Math.log(k * own));
  const column = (of: (n: number) => number) =>
    tf.tensor2d(
      pairs.flatMap(([, n]) => new Array<number>(k).fill(of(n))),
      [pairs.length, k],
    );
  const weights = tf.tensor1d(pairs.map(([w, n]) => text[w]! * q[n]!));
  const oneHot = (side: 0 | 1) =>
    tf.tensor2d(
      pairs.flatMap((pair) => text.map((_, w) => Number(pair[side] === w))),
      [pairs.length, words],
    );
  const [own, other] = [oneHot(0), oneHot(1)];
  const { value, grad } = tf.valueAndGrad((s: tf.Tensor) => {
    const by = (side: tf.Tensor2D) => tf.sum<tf.Tensor1D>(tf.mul(side, s), 1);
    const noise = tf.mul<tf.Tensor2D>(tf.expandDims(by(other), 1), tf.ones([1, k]));
    const rows = sampledLoss(kind, {
      own: by(own),
      noise,
      ownLogDraws: tf.tensor1d(pairs.map(([w]) => logDraws[w]!)),
      noiseLogDraws: column((n) => logDraws[n]!),
      hits: column(() => 0),
      logPartition: null,
    });
    return tf.sum<tf.Scalar>(tf.mul(rows, weights));
  })(tf.tensor1d([...scores]));
  return { value: value.dataSync()[0]!, gradient: [...grad.dataSync()] };
}

/** The same objective in doubles, as published: E_p[-ln h] - k E_q[ln(1 - h)]. */
function plainExpected(logits: readonly number[], text: readonly number[], q: readonly number[], k: number) {
  const value = logits.reduce((sum, d, w) => sum + text[w]! * softplus(-d) + k * q[w]! * softplus(d), 0);
  const gradient = logits.map((d, w) => -text[w]! * (1 - sigmoid(d)) + k * q[w]! * sigmoid(d));
  return { value, gradient };
}

describe.each(noises)('noise $label', ({ q }) => {
  it.each(counts)('the optimum of NCE is s = ln p, without a sum being divided by, k = %d', (k) => {
    const { gradient } = expectedLoss('nce', p.map(Math.log), p, q, k);
    for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(level(k));
    const found = minimise(
      (x, out) => {
        const one = plainExpected(
          [...x].map((s, w) => s - Math.log(k * q[w]!)),
          p,
          q,
          k,
        );
        out.set(one.gradient);
        return one.value;
      },
      new Float64Array(p.length),
      { tolerance: 1e-12, iterations: 1000 },
    );
    found.x.forEach((s, w) => expect(Math.abs(s - Math.log(p[w]!))).toBeLessThan(1e-6));
    expect(Math.abs([...found.x].reduce((sum, s) => sum + Math.exp(s), 0) - 1)).toBeLessThan(1e-6);
  });

  it.each(counts)('the engine computes the objective that was minimised, k = %d', (k) => {
    const scores = [0.3, -1.2, 0.8, -0.4, -2.5];
    const engine = expectedLoss('nce', scores, p, q, k);
    const plain = plainExpected(
      scores.map((s, w) => s - Math.log(k * q[w]!)),
      p,
      q,
      k,
    );
    expect(engine.value / plain.value).toBeCloseTo(1, 5);
    engine.gradient.forEach((slope, w) => expect(slope).toBeCloseTo(plain.gradient[w]!, 5));
    const negative = expectedLoss('negative-sampling', scores, p, q, k);
    const expected = plainExpected(scores, p, q, k);
    expect(negative.value / expected.value).toBeCloseTo(1, 5);
    negative.gradient.forEach((slope, w) => expect(slope / k).toBeCloseTo(expected.gradient[w]! / k, 5));
  });

  it('with more noise the gradient of NCE becomes that of maximum likelihood', () => {
    // A normalised model that is not the text.
    const model = [0.1, 0.3, 0.2, 0.25, 0.15];
    const likelihood = model.map((own, w) => own - p[w]!);
    const distance = (k: number) => {
      const { gradient } = expectedLoss('nce', model.map(Math.log), p, q, k);
      return Math.sqrt(gradient.reduce((sum, slope, w) => sum + (slope - likelihood[w]!) ** 2, 0));
    };
    const [few, more, many] = [1, 10, 1000].map(distance) as [number, number, number];
    expect(more).toBeLessThan(few);
    expect(many).toBeLessThan(more);
    // Mnih, Teh, equation 9: each word's part of it has the weight k q / (p + k q).
    expect(many).toBeLessThan(0.02);
  });
});

it('the posterior of the text is p / (p + k q), and what NCE weighs a word of the text by is 1 less it', () => {
  for (const k of counts) {
    for (const [w, own] of p.entries()) {
      const q = noises[2]!.q[w]!;
      expect(textPosterior(Math.log(own), Math.log(k * q))).toBeCloseTo(own / (own + k * q), 12);
    }
    const q = noises[2]!.q;
    const slope = tf.grad((own: tf.Tensor) =>
      tf.sum(
        sampledLoss('nce', {
          own: own as tf.Tensor1D,
          noise: tf.zeros([p.length, 1]),
          ownLogDraws: tf.tensor1d(q.map((one) => Math.log(k * one))),
          noiseLogDraws: tf.zeros([p.length, 1]),
          hits: tf.zeros([p.length, 1]),
          logPartition: null,
        }),
      ),
    )(tf.tensor1d(p.map(Math.log)));
    slope.dataSync().forEach((one, w) => expect(one).toBeCloseTo(p[w]! / (p[w]! + k * q[w]!) - 1, 5));
  }
});

describe('skip-gram with negative sampling', () => {
  const times = [
    [10, 4, 1, 5],
    [4, 6, 3, 2],
    [1, 3, 8, 2],
    [5, 2, 2, 7],
  ];
  const all = times.flat().reduce((sum, n) => sum + n, 0);
  const margin = times.map((row) => row.reduce((sum, n) => sum + n, 0) / all);
  const pmi = times.map((row, c) => row.map((n, w) => Math.log(n / all / (margin[c]! * margin[w]!))));

  it.each([1, 5])('factors of full rank become PMI - ln k, k = %d (Levy, Goldberg)', (k) => {
    const WORDS = 4;
    const at = (x: Float64Array, c: number, w: number) => {
      let sum = 0;
      for (let e = 0; e < WORDS; e++) sum += x[c * WORDS + e]! * x[16 + w * WORDS + e]!;
      return sum;
    };
    const found = minimise(
      (x, out) => {
        out.fill(0);
        let value = 0;
        for (let c = 0; c < WORDS; c++) {
          const text = times[c]!.map((n) => n / all);
          const noise = margin.map((own) => own * margin[c]!);
          const one = plainExpected(
            text.map((_, w) => at(x, c, w)),
            text,
            noise,
            k,
          );
          value += one.value;
          for (let w = 0; w < WORDS; w++) {
            for (let e = 0; e < WORDS; e++) {
              out[c * WORDS + e]! += one.gradient[w]! * x[16 + w * WORDS + e]!;
              out[16 + w * WORDS + e]! += one.gradient[w]! * x[c * WORDS + e]!;
            }
          }
        }
        return value;
      },
      // Off the saddle at 0, and of full rank.
      Float64Array.from({ length: 32 }, (_, n) => Number(n < 16 && n % 5 === 0) + 0.1 * Math.sin(3 * n + 1)),
      { tolerance: 1e-11, iterations: 5000 },
    );
    pmi.forEach((row, c) =>
      row.forEach((own, w) => expect(Math.abs(at(found.x, c, w) - (own - Math.log(k)))).toBeLessThan(1e-6)),
    );
  });

  it.each([1, 5, 1000])("the engine's loss is stationary there, k = %d", (k) => {
    times.forEach((row, c) => {
      const text = row.map((n) => n / all / margin[c]!);
      const { gradient } = expectedLoss(
        'negative-sampling',
        pmi[c]!.map((own) => own - Math.log(k)),
        text,
        margin,
        k,
      );
      for (const slope of gradient) expect(Math.abs(slope)).toBeLessThan(level(k));
    });
  });
});

describe('losses that divide by a sampled sum', () => {
  const scores = [0.3, -1.2, 0.8, -0.4, -2.5];
  const logZ = Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0));
  const words = scores.length;
  /** Each word drawn once: as often as the uniform law has it in the mean, k q = 1. */
  const evenly = (kind: 'sampled-softmax' | 'importance') => {
    const hits = scores.flatMap((_, w) => scores.map((__, n) => Number(n === w)));
    return sampledLoss(kind, {
      own: tf.tensor1d(scores),
      noise: tf.tensor2d(
        scores.flatMap(() => scores),
        [words, words],
      ),
      ownLogDraws: tf.zeros([words]),
      noiseLogDraws: tf.zeros([words, words]),
      hits: tf.tensor2d(hits, [words, words]),
      logPartition: null,
    }).dataSync();
  };

  it.each(['sampled-softmax', 'importance'] as const)('%s over all words is full softmax', (kind) => {
    evenly(kind).forEach((own, w) => expect(own).toBeCloseTo(logZ - scores[w]!, 5));
  });

  it('sampled softmax takes ln(k q) away from scores, and leaves the word itself out of its noise', () => {
    const [own] = sampledLoss('sampled-softmax', {
      own: tf.tensor1d([0.5]),
      noise: tf.tensor2d([[0.5, 1, -1]]),
      ownLogDraws: tf.tensor1d([7]),
      noiseLogDraws: tf.tensor2d([[0.1, 0.2, -0.3]]),
      hits: tf.tensor2d([[1, 0, 0]]),
      logPartition: null,
    }).dataSync();
    const sum = Math.exp(0.5) + Math.exp(1 - 0.2) + Math.exp(-1 + 0.3);
    expect(own).toBeCloseTo(Math.log(sum) - 0.5, 6);
  });
});
