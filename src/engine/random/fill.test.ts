import { describe, expect, test } from 'vitest';
import { fillGumbel, fillLogistic, fillNormal, fillUniform, permutation, randomIntegers } from './fill.ts';
import { fold, rootKey } from './key.ts';
import * as scalar from './scalar.ts';
import { vectorFill } from './vector.ts';

type Fill = (key: ReturnType<typeof rootKey>, out: Float32Array) => void;

function draw(fill: Fill, count: number, key = rootKey(1)): Float32Array {
  const out = new Float32Array(count);
  fill(key, out);
  return out;
}

const bits = (numbers: Float32Array): number[] => [...new Uint32Array(numbers.buffer)];

describe('the first six numbers of rootKey(1)', () => {
  // Threefry, (n + 1/2) / 2^23 and the transforms written again in Python: exact uniforms, the others from math.log, math.cos.
  const python = {
    uniform: [
      0.11815029382705688, 0.4314747452735901, 0.25860387086868286, 0.2420901656150818, 0.45611220598220825,
      0.38004523515701294,
    ],
    gumbel: [
      -0.7588402482897563, 0.17370324385901137, -0.30192356245423313, -0.3495612272702428,
      0.24205062640420608, 0.03307603720358758,
    ],
    logistic: [
      -2.0100641497940828, -0.27583675458988166, -1.0532376348948727, -1.1412541846178827,
      -0.17600411958888004, -0.4893562299241435,
    ],
    normal: [
      -1.8781556688536005, 0.8626278806418943, 0.08170437776038232, 1.6426320595479746, -0.9136483849362691,
      0.8574844002524818,
    ],
  };
  // The same as bits, pinned: what a run draws must not change.
  const pinned = {
    uniform: [0x3df1f8c8, 0x3edcea42, 0x3e8467ba, 0x3e77e67c, 0x3ee9878a, 0x3ec2954a],
    gumbel: [0xbf42435a, 0x3e31df42, 0xbe9a95bb, 0xbeb2f9af, 0x3e77dc20, 0x3d077ac0],
    logistic: [0xc000a4e4, 0xbe8d3a7a, 0xbf86d07e, 0xbf92149e, 0xbe343a6c, 0xbefa8ce6],
    normal: [0xbff06767, 0x3f5cd52e, 0x3da754a0, 0x3fd241c5, 0xbf69e4dc, 0x3f5b8419],
  };
  const fills = { uniform: fillUniform, gumbel: fillGumbel, logistic: fillLogistic, normal: fillNormal };

  test.each(Object.keys(fills) as (keyof typeof fills)[])('%s', (kind) => {
    const numbers = draw(fills[kind], 6);
    for (const [i, number] of numbers.entries())
      expect(Math.abs(number - python[kind][i]!)).toBeLessThan(2e-7);
    expect(bits(numbers)).toEqual(pinned[kind]);
  });

  test('uniforms are exact', () => {
    expect([...draw(fillUniform, 6)]).toEqual(python.uniform);
  });
});

describe('vector code', () => {
  const vector = vectorFill();

  test('runs here', () => {
    expect(vector).toBeDefined();
  });

  describe.each([
    ['uniform', scalar.fillUniform],
    ['gumbel', scalar.fillGumbel],
    ['logistic', scalar.fillLogistic],
    ['normal', scalar.fillNormal],
  ] as const)('%s', (kind, reference) => {
    // Around the vectors of 4, the turns of 8 and the chunks of 4096.
    test.each([0, 1, 3, 4, 7, 8, 9, 4095, 4096, 4097, 10_001])(
      'equals the scalar code bit for bit, %i numbers',
      (count) => {
        for (const key of [rootKey(0), rootKey(2 ** 53 - 1), fold(rootKey(1), 'gumbel')]) {
          const numbers = draw((k, out) => vector!(kind, k, out), count, key);
          expect(bits(numbers)).toEqual(bits(draw(reference, count, key)));
        }
      },
    );
  });

  test('16 million Gumbels are finite and reach the ends of their range', () => {
    const out = new Float32Array(2 ** 20);
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < 16; i++) {
      fillGumbel(fold(rootKey(2), i), out);
      for (const number of out) {
        // A NaN would fail both comparisons and be seen in neither end.
        if (!(number >= -2.82 && number <= 16.64)) throw new Error(`Gumbel ${number}`);
        if (number < least) least = number;
        if (number > most) most = number;
      }
    }
    // -log(-log(u)) of the smallest uniform, and of one of the three largest.
    expect(least).toBeCloseTo(-Math.log(24 * Math.LN2), 5);
    expect(most).toBeGreaterThan(15);
  });
});

test('a shorter draw is the start of a longer one', () => {
  for (const fill of [fillUniform, fillGumbel, fillLogistic, fillNormal]) {
    expect(bits(draw(fill, 5))).toEqual(bits(draw(fill, 12).slice(0, 5)));
  }
});

test('randomIntegers stays below its bound and permutation holds every number once', () => {
  const integers = randomIntegers(rootKey(1), 10_000, 7);
  expect(new Set(integers)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
  expect([...permutation(rootKey(1), 1000)].toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: 1000 }, (_, i) => i),
  );
});
