import { describe, expect, test } from 'vitest';
import { sineCosine } from './box-muller.ts';
import { log32 } from './scalar.ts';

/** Smallest and largest uniform. */
const ends = [0.5 * 2 ** -23, 1 - 0.5 * 2 ** -23] as const;

/** |approximate - exact| in units of 2^-24 of max(1, |exact|) or of |exact|. */
function units(approximate: number, exact: number, scale: number): number {
  return (Math.abs(approximate - exact) / scale) * 2 ** 24;
}

describe('log32', () => {
  test('has a relative error below 2^-23 at every 11th uniform and at both ends', () => {
    let worst = 0;
    const see = (u: number): void => {
      worst = Math.max(worst, units(log32(u), Math.log(u), -Math.log(u)));
    };
    for (let n = 0; n < 2 ** 23; n += 11) see((n + 0.5) * 2 ** -23);
    ends.forEach(see);
    expect(worst).toBeLessThan(2);
  });

  test('has it also between 6e-8 and 17, where the second logarithm of a Gumbel is taken', () => {
    let worst = 0;
    for (let x = 5.9e-8; x < 17; x *= 1.00001) {
      const exact = Math.log(Math.fround(x));
      worst = Math.max(worst, units(log32(Math.fround(x)), exact, Math.abs(exact)));
    }
    expect(worst).toBeLessThan(2);
  });

  test('makes Gumbels that are off by less than 3 * 2^-24 of max(1, |Gumbel|), finite at both ends', () => {
    let worst = 0;
    const see = (u: number): void => {
      const exact = -Math.log(-Math.log(u));
      worst = Math.max(worst, units(-log32(-log32(u)), exact, Math.max(1, Math.abs(exact))));
    };
    for (let n = 0; n < 2 ** 23; n += 13) see((n + 0.5) * 2 ** -23);
    ends.forEach(see);
    expect(worst).toBeLessThan(3);
  });

  test('is exact at powers of 2 and at 1', () => {
    expect(log32(1)).toBe(0);
    for (const exponent of [-24, -3, 2]) expect(log32(2 ** exponent)).toBe(Math.fround(exponent * Math.LN2));
  });
});

test('sineCosine is within 1e-12 all around the circle', () => {
  let worst = 0;
  for (let i = 0; i <= 10_000; i++) {
    const turns = i / 10_000;
    const [sine, cosine] = sineCosine(turns);
    const angle = 2 * Math.PI * turns;
    worst = Math.max(worst, Math.abs(sine - Math.sin(angle)), Math.abs(cosine - Math.cos(angle)));
  }
  expect(worst).toBeLessThan(1e-12);
});
