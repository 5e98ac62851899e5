import { describe, expect, it } from 'vitest';
import { fillNormal } from '../random/fill.ts';
import { fold, rootKey } from '../random/key.ts';
import { GradientStatistics } from './gradient-statistics.ts';

const exact = Float64Array.of(1, -2, 0.5);

/** Normal estimates with mean exact + bias and these standard deviations. */
function draws(
  seed: number,
  count: number,
  bias: readonly number[],
  deviations: readonly number[],
): Float64Array {
  const noise = new Float32Array(3 * count);
  fillNormal(rootKey(seed), noise);
  return Float64Array.from(noise, (x, i) => exact[i % 3]! + bias[i % 3]! + deviations[i % 3]! * x);
}

function statistics(values: Float64Array, reference = { first: exact, second: exact }): GradientStatistics {
  const made = new GradientStatistics(3, reference);
  for (let offset = 0; offset < values.length; offset += 3) made.add(values, offset);
  return made;
}

describe('statistics of gradient estimates', () => {
  it('mean and variance are those of two passes over the data, also far from 0', () => {
    const values = draws(1, 1001, [1e6, 0, 0], [1e-2, 1, 3]);
    const { mean, variance } = statistics(values).moments();
    for (let i = 0; i < 3; i++) {
      const own = values.filter((_, at) => at % 3 === i);
      const center = own.reduce((sum, x) => sum + x, 0) / own.length;
      const square = own.reduce((sum, x) => sum + (x - center) ** 2, 0) / (own.length - 1);
      expect(mean[i]! / center).toBeCloseTo(1, 12);
      expect(variance[i]! / square).toBeCloseTo(1, 8);
    }
  });

  it('no intervals from fewer than 32 estimates, no variance from one', () => {
    const few = statistics(draws(1, 31, [0, 0, 0], [1, 1, 1]));
    expect(few.figures()).toEqual({ bias: null, variance: null, mse: null, cosine: null });
    expect(statistics(draws(1, 1, [0, 0, 0], [1, 1, 1])).moments().variance[0]).toBeNaN();
  });

  it('without a reference only the variance is known', () => {
    const made = new GradientStatistics(3, undefined);
    const values = draws(2, 64, [0, 0, 0], [1, 1, 1]);
    for (let offset = 0; offset < values.length; offset += 3) made.add(values, offset);
    expect(made.figures()).toMatchObject({
      bias: null,
      mse: null,
      cosine: null,
      variance: { value: expect.any(Number) as number },
    });
  });

  it('a constant estimator has its error and nothing else', () => {
    const found = statistics(draws(3, 64, [0.3, 0.4, 0], [0, 0, 0])).figures();
    expect(found.bias!.value).toBeCloseTo(0.5, 12);
    expect(found.variance).toEqual({ value: 0, low: 0, high: 0 });
    expect(found.mse!.value).toBeCloseTo(0.25, 12);
    const [x, y, z] = [1.3, -1.6, 0.5];
    const cosine = (x - 2 * y + 0.5 * z) / Math.hypot(x, y, z) / Math.hypot(1, 2, 0.5);
    expect(found.cosine!.value).toBeCloseTo(cosine, 12);
  });

  // With fixed seeds these cannot fail by chance; for a fresh set of 400 seeds each count is outside its bounds with
  // probability below 1e-4 (binomial, true coverage between 0.92 and 0.97).
  it.each([
    ['biased', [0.3, 0.4, 0] as const, 0.5],
    ['unbiased', [0, 0, 0] as const, 0],
    // Of the size of the standard error of the mean, and twice that.
    ['hardly biased', [0.06, 0, 0] as const, 0.06],
    ['a little biased', [0.06, 0.12, 0] as const, Math.hypot(0.06, 0.12)],
  ])('intervals cover the truth as often as they say, %s', (_name, bias, norm) => {
    const deviations = [0.5, 1, 0.2];
    const variance = 0.25 + 1 + 0.04;
    const hits = { bias: 0, variance: 0, mse: 0 };
    for (let seed = 0; seed < 400; seed++) {
      const { bias: b, variance: v, mse: m } = statistics(draws(seed, 320, bias, deviations)).figures();
      if (b!.low! <= norm && norm <= b!.high!) hits.bias += 1;
      if (v!.low! <= variance && variance <= v!.high!) hits.variance += 1;
      if (m!.low! <= variance + norm ** 2 && variance + norm ** 2 <= m!.high!) hits.mse += 1;
    }
    for (const count of Object.values(hits)) {
      expect(count).toBeGreaterThan(345);
      expect(count).toBeLessThan(401);
    }
  });

  it('a bias that comes out as 0 may be as large as could not be seen', () => {
    for (let seed = 0; seed < 200; seed++) {
      const { value, low, high } = statistics(draws(seed, 64, [0, 0, 0], [1, 1, 1])).figures().bias!;
      if (value > 0) continue;
      expect(low).toBe(0);
      // The standard error of a coordinate is 1 / 8.
      expect(high).toBeGreaterThan(0.05);
    }
  });

  it('has no interval where few estimates carry the spread, and no cosine of nothing but zeros', () => {
    const values = draws(4, 20_000, [0, 0, 0], [1e-3, 1e-3, 1e-3]);
    values[3000] = 500;
    values[9000] = -200;
    const few = statistics(values);
    expect(few.moments().heavy).toEqual([true, false, false]);
    const { bias, variance, mse, cosine } = few.figures();
    for (const figure of [bias, variance, mse, cosine])
      expect(figure).toMatchObject({ low: null, high: null });
    const none = statistics(new Float64Array(3 * 64));
    expect([none.vanishes, none.figures().cosine]).toEqual([true, null]);
    expect(few.figures().variance!.value).toBeGreaterThan(0);
  });

  it('does not call normal estimates heavy, from 32 on', () => {
    // 690 coordinates, of which each is called heavy by chance with probability 3e-4 at 32 and less beyond: 4 with 1e-4.
    let called = 0;
    for (const [count, seeds] of [
      [32, 100],
      [100, 100],
      [1000, 30],
    ] as const) {
      for (let seed = 0; seed < seeds; seed++) {
        const normal = draws(seed, count, [0, 0, 0], [1, 1, 1]);
        called += Number(statistics(normal).isHeavy);
      }
    }
    expect(called).toBeLessThan(4);
  });

  it('a mean of squares has no negative bound', () => {
    for (let seed = 0; seed < 50; seed++) {
      const values = draws(seed, 320, [0, 0, 0], [0, 0, 0]).map((x, i) => (i % 97 === seed ? x + 1 : x));
      const { variance, mse } = statistics(values).figures();
      for (const figure of [variance, mse]) expect(figure!.low ?? 0).toBeGreaterThanOrEqual(0);
    }
  });

  it('the squared bias has no bias of its own: a perfect estimator is as often below 0 as above', () => {
    let positive = 0;
    for (let seed = 0; seed < 200; seed++) {
      if (statistics(draws(seed, 64, [0, 0, 0], [1, 1, 1])).figures().bias!.value > 0) positive += 1;
    }
    // The naive norm of the mean's error would be positive 200 times of 200.
    expect(positive).toBeGreaterThan(50);
    expect(positive).toBeLessThan(130);
  });

  it('two independent references that err do not pass their variance on to bias and error', () => {
    const noise = new Float32Array(6 * 500);
    fillNormal(fold(rootKey(9), 'reference'), noise);
    const mses: number[] = [];
    for (let n = 0; n < 500; n++) {
      const reference = {
        first: exact.map((x, i) => x + noise[6 * n + i]!),
        second: exact.map((x, i) => x + noise[6 * n + 3 + i]!),
      };
      mses.push(statistics(draws(n, 32, [0, 0, 0], [1, 1, 1]), reference).figures().mse!.value);
    }
    const mean = mses.reduce((sum, x) => sum + x, 0) / mses.length;
    // Truth 3; with one reference used twice it would be 6. Standard error of this mean about 0.09.
    expect(mean).toBeGreaterThan(2.6);
    expect(mean).toBeLessThan(3.4);
  });
});
