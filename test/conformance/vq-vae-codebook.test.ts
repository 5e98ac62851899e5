/** The codebook of a VQ-VAE by itself: truths of the copied gradient, of both ways in which codes learn, of dead codes and perplexity. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  countUsage,
  createCodebookState,
  moveAverages,
  nearestCodes,
  restartDeadCodes,
  type CodebookState,
} from '../../src/engine/problems/vq-vae/codebook.ts';
import { codeUse } from '../../src/engine/problems/vq-vae/hard-codes.ts';
import type { VqNetworks } from '../../src/engine/problems/vq-vae/networks.ts';
import { nearestValue } from '../../src/engine/problems/vq-vae/vq-model.ts';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey, type Key } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';

const ROWS = 6;
const POSITIONS = 3;
const SIZE = 2;
const CODES = 4;

const draw = (name: string, rows: number, columns: number) =>
  normal<tf.Rank.R2>(fold(rootKey(7), name), [rows, columns]);

/** A likelihood of what the decoder reads that has a gradient of no simple form, and pixels that are of no matter. */
const networks: VqNetworks = {
  encode: () => {
    throw new Error('the vectors are given');
  },
  decode: (vectors) => tf.sin(tf.mul(tf.reshape(vectors, [ROWS, POSITIONS * SIZE]), 3)),
  logLikelihood: (x, decoded) => tf.sum(tf.mul(x, tf.square(decoded)), 1),
  pixels: (decoded) => decoded,
};

function minibatch() {
  const vectors = draw('vectors', ROWS * POSITIONS, SIZE);
  const codebook = draw('codebook', CODES, SIZE);
  return {
    ...{ vectors, codebook, x: draw('x', ROWS, POSITIONS * SIZE) },
    indices: nearestCodes(vectors, codebook),
  };
}

/** Gradient of the sum of f over the rows for vectors and codebook. */
function gradients(codebookBy: 'loss' | 'ema', commitment: number) {
  return tf.tidy(() => {
    const { vectors, codebook, x, indices } = minibatch();
    const value = (z: tf.Tensor2D, e: tf.Tensor2D) =>
      tf.sum<tf.Scalar>(
        nearestValue(networks, e, { x, vectors: z, indices }, { codebook: codebookBy, commitment }),
      );
    const [ofVectors] = tf.grads((z) => value(z as tf.Tensor2D, codebook))([vectors]);
    const ofCodes =
      codebookBy === 'loss' ? tf.grads((e) => value(vectors, e as tf.Tensor2D))([codebook])[0]! : undefined;
    return {
      ofVectors: Array.from(ofVectors!.dataSync()),
      ofCodes: ofCodes && Array.from(ofCodes.dataSync()),
      vectors: rowsOf(vectors),
      codes: rowsOf(codebook),
      indices: Array.from(indices.dataSync()),
    };
  });
}

function rowsOf(x: tf.Tensor2D): number[][] {
  return x.arraySync();
}

const mean = (rows: readonly (readonly number[])[]) =>
  rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);

/** The vectors that each code was given. */
const members = (vectors: readonly number[][], indices: readonly number[]) =>
  Array.from({ length: CODES }, (_, k) => vectors.filter((_v, n) => indices[n] === k));

function plainNearest(vector: readonly number[], codes: readonly (readonly number[])[]): number {
  const distances = codes.map((code) => code.reduce((sum, e, i) => sum + (e - vector[i]!) ** 2, 0));
  return distances.indexOf(Math.min(...distances));
}

describe('the nearest code', () => {
  it('is the one of smallest distance, the first of several', () => {
    const { vectors, codes, indices } = gradients('ema', 0);
    expect(indices).toEqual(vectors.map((vector) => plainNearest(vector, codes)));
    const twice = tf.tensor2d([0, 1, 0, 1, 5, 5], [3, 2]);
    expect([...nearestCodes(tf.tensor2d([0, 1.1], [1, 2]), twice).dataSync()]).toEqual([0]);
  });
});

describe('the copied gradient', () => {
  it('is that of what the decoder reads, bit for bit', () => {
    const read = tf.tidy(() => {
      const { codebook, x, indices } = minibatch();
      const input = tf.gather(codebook, indices);
      const [found] = tf.grads((v) => tf.sum(networks.logLikelihood(x, networks.decode(v as tf.Tensor2D))))([
        input,
      ]);
      return Array.from(found!.dataSync());
    });
    expect(gradients('ema', 0).ofVectors).toEqual(read);
    expect(gradients('loss', 0).ofVectors).toEqual(read);
    expect(read.every((slope) => slope !== 0)).toBe(true);
  });

  it('has beside it only the commitment, 2 beta (e - z)', () => {
    const plain = gradients('loss', 0).ofVectors;
    for (const by of ['loss', 'ema'] as const) {
      const { ofVectors, vectors, codes, indices } = gradients(by, 0.25);
      const drawn = vectors.flatMap((z, n) => z.map((value, i) => 0.5 * (codes[indices[n]!]![i]! - value)));
      expect(ofVectors.map((slope, i) => slope - plain[i]!)).toBeAllClose(drawn, { absolute: 2e-5 });
    }
  });
});

describe('codes that learn by their loss', () => {
  it('have the gradient 2 (mean z - e) for each vector that they are given, and nothing of the decoder', () => {
    const { ofCodes, vectors, codes, indices } = gradients('loss', 0.25);
    const expected = members(vectors, indices).flatMap((own, k) =>
      codes[k]!.map((e, i) => (own.length === 0 ? 0 : own.length * 2 * (mean(own)[i]! - e))),
    );
    expect(ofCodes).toBeAllClose(expected, { absolute: 1e-5 });
    expect(expected.some((slope) => Math.abs(slope) > 0.1)).toBe(true);
  });

  it('come nearer to their vectors by it', () => {
    const { ofCodes, vectors, codes, indices } = gradients('loss', 0);
    const distance = (all: readonly (readonly number[])[]) =>
      vectors.reduce(
        (sum, z, n) => sum + z.reduce((own, v, i) => own + (v - all[indices[n]!]![i]!) ** 2, 0),
        0,
      );
    const moved = codes.map((code, k) => code.map((e, i) => e + 0.01 * ofCodes![k * SIZE + i]!));
    expect(distance(moved)).toBeLessThan(distance(codes));
  });
});

function withCodebook<T>(
  start: tf.Tensor2D,
  use: (codebook: tf.Variable<tf.Rank.R2>, state: CodebookState) => T,
): T {
  const codebook = tf.variable(start);
  const state = createCodebookState(start.shape[0], start.shape[1], true);
  try {
    return use(codebook, state);
  } finally {
    tf.dispose([codebook, Object.values(state), start]);
  }
}

describe('codes that are moving averages', () => {
  it('with a decay of 0 take one step of k-means; those without a vector stay to the last bit', () => {
    withCodebook(tf.tensor2d([0, 0, 3, 0, 0, 3, 90, 90], [CODES, SIZE]), (codebook, state) => {
      for (let step = 0; step < 3; step++) {
        const vectors = draw(`step ${step}`, 40, SIZE);
        const before = rowsOf(codebook);
        const indices = nearestCodes(vectors, codebook);
        moveAverages(codebook, state, { vectors, indices }, 0);
        const given = members(rowsOf(vectors), Array.from(indices.dataSync()));
        const after = rowsOf(codebook);
        given.forEach((own, k) => {
          if (own.length === 0) expect(after[k]).toEqual(before[k]);
          else expect(after[k]).toBeAllClose(mean(own), { absolute: 1e-5 });
        });
        expect(given[3]).toEqual([]);
      }
    });
  });

  it('are weighted means of their vectors from the first step on: no bias of sums that begin at 0', () => {
    withCodebook(tf.tensor2d([5, 5, -5, -5], [2, SIZE]), (codebook, state) => {
      const decay = 0.99;
      let [weights, total] = [[0, 0], 0];
      for (let step = 0; step < 4; step++) {
        const vectors = tf.add<tf.Tensor2D>(draw(`drift ${step}`, 8, SIZE), 5);
        const indices = nearestCodes(vectors, codebook);
        expect([...indices.dataSync()]).toEqual(new Array(8).fill(0));
        moveAverages(codebook, state, { vectors, indices }, decay);
        const sums = mean(rowsOf(vectors)).map((value) => 8 * value);
        weights = weights.map((value, i) => decay * value + (1 - decay) * sums[i]!);
        total = decay * total + (1 - decay) * 8;
        expect(rowsOf(codebook)[0]).toBeAllClose(
          weights.map((value) => value / total),
          { absolute: 1e-5 },
        );
      }
    });
  });

  it('never get longer than the vectors, however rarely they are used', () => {
    withCodebook(draw('rare', 32, SIZE), (codebook, state) => {
      const longest = 1;
      // 60 steps of 4 vectors on the unit circle for 32 codes.
      for (let step = 0; step < 60; step++) {
        tf.tidy(() => {
          const raw = draw(`rare ${step}`, 4, SIZE);
          const vectors = tf.div<tf.Tensor2D>(raw, tf.norm(raw, 'euclidean', 1, true));
          const indices = nearestCodes(vectors, codebook);
          moveAverages(codebook, state, { vectors, indices }, 0.9);
          const given = new Set(indices.dataSync());
          const norms = rowsOf(codebook).map(([a, b]) => Math.hypot(a!, b!));
          for (const k of given) expect(norms[k]).toBeLessThan(longest + 1e-5);
        });
      }
    });
  });
});

describe('dead codes', () => {
  const vectors = () => draw('alive', 20, SIZE);

  it('are moved to vectors of the minibatch, and the others stay', () => {
    withCodebook(tf.tensor2d([0, 0, 50, 50, 60, 60, 70, 70], [CODES, SIZE]), (codebook, state) => {
      const found = vectors();
      const seen = { vectors: found, indices: nearestCodes(found, codebook) };
      const drawn = tf.tensor1d([3, 5, 8, 13], 'int32');
      // At the start none is known to be dead.
      restartDeadCodes(codebook, state, seen, drawn, 0.05);
      expect(rowsOf(codebook)[1]).toEqual([50, 50]);
      for (let step = 0; step < 200; step++) {
        countUsage(state, seen);
        moveAverages(codebook, state, seen, 0.9);
      }
      const before = rowsOf(codebook);
      restartDeadCodes(codebook, state, seen, drawn, 0.05);
      const after = rowsOf(codebook);
      expect(after[0]).toEqual(before[0]);
      expect(after.slice(1)).toEqual([5, 8, 13].map((n) => rowsOf(found)[n]));
      // Their averages begin anew: the next vectors count in full.
      const [one] = [tf.tensor2d([1, 2], [1, SIZE])];
      moveAverages(codebook, state, { vectors: one, indices: tf.tensor1d([2], 'int32') }, 0.99);
      expect(rowsOf(codebook)[2]).toBeAllClose([1, 2], { absolute: 1e-6 });
    });
  });

  /** Vectors of four Gaussians, each around a corner of a square whose side is 20 deviations. */
  const corners = (key: Key, count: number) =>
    tf.tidy(() => {
      const corner = randomIntegers(fold(key, 'corner'), count, 4);
      const places = Float32Array.from({ length: 2 * count }, (_, i) =>
        i % 2 === 0 ? 20 * (corner[i >> 1]! & 1) : 20 * (corner[i >> 1]! >> 1),
      );
      return tf.add<tf.Tensor2D>(tf.tensor2d(places, [count, 2]), normal(fold(key, 'noise'), [count, 2]));
    });

  const learn = (start: tf.Tensor2D, restarts: boolean) =>
    withCodebook(start, (codebook, state) => {
      const perplexity = () => {
        const counts = new Array<number>(start.shape[0]).fill(0);
        for (const k of nearestCodes(corners(rootKey(99), 2000), codebook).dataSync()) counts[k]! += 1;
        return codeUse(counts).perplexity;
      };
      const first = perplexity();
      for (let step = 0; step < 160; step++) {
        tf.tidy(() => {
          const key = fold(rootKey(11), step);
          const found = corners(key, 32);
          const seen = { vectors: found, indices: nearestCodes(found, codebook) };
          moveAverages(codebook, state, seen, 0.8);
          countUsage(state, seen);
          const drawn = tf.tensor1d(randomIntegers(fold(key, 'restart'), start.shape[0], 32), 'int32');
          if (restarts && step % 20 === 19) restartDeadCodes(codebook, state, seen, drawn, 0.05);
        });
      }
      return { first, last: perplexity(), codes: rowsOf(codebook) };
    });

  it('four Gaussians that are far apart come to a perplexity of 4, one code at the mean of each', () => {
    const { last, codes } = learn(tf.tensor2d([8, 9, 11, 9, 9, 11, 12, 13], [4, 2]), false);
    // Of 2000 vectors: exp of an entropy that is ln 4 less a chi-square of 3 over 4000; 4 - 0.02 is missed once in 1e7.
    expect(last).toBeGreaterThan(3.98);
    expect(last).toBeLessThanOrEqual(4);
    const places = codes.map((code) => code.map((value) => Math.round(value / 20)).join());
    expect(places.sort()).toEqual(['0,0', '0,1', '1,0', '1,1']);
  });

  it('without restarts a bad start leaves codes dead for good; with them they come to be used', () => {
    const far = () => tf.tensor2d([10, 10, 500, 0, 0, 500, 500, 500], [4, 2]);
    expect(learn(far(), false)).toMatchObject({ first: 1, last: 1 });
    // At worst two of the codes share a Gaussian, and one has two: a perplexity of 3.4 or less, by how the two share.
    expect(learn(far(), true).last).toBeGreaterThan(3);
  });
});

describe('perplexity', () => {
  it('is from 1 to K: exp of the entropy of all counts together', () => {
    expect(codeUse([0, 7, 0])).toEqual({ perplexity: 1, used: 1 });
    expect(codeUse([5, 5, 5, 5]).perplexity).toBeCloseTo(4, 12);
    expect(codeUse([3, 1, 0, 0]).perplexity).toBeCloseTo(
      Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25)),
      12,
    );
    expect(codeUse([3, 1, 0, 0]).used).toBe(2);
  });
});
