import { describe, expect, test } from 'vitest';
import { threefry2x32, threefryFill } from './threefry.ts';

const ONES = 0xffffffff;

describe('threefry2x32', () => {
  // Random123 1.x, tests/kat_vectors, lines "threefry2x32 20": counter, key, result.
  test.each([
    { counter: [0, 0], key: [0, 0], result: [0x6b200159, 0x99ba4efe] },
    { counter: [ONES, ONES], key: [ONES, ONES], result: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], result: [0xc4923a9c, 0x483df7a0] },
  ] as const)('gives the published answer for counter $counter', ({ counter, key, result }) => {
    expect(threefry2x32(key, counter)).toEqual(result);
  });
});

describe('threefryFill', () => {
  test('writes the two words of one counter after the other', () => {
    const out = new Uint32Array(6);
    threefryFill(out, [1, 2], [40, 7]);
    expect([...out]).toEqual([40, 41, 42].flatMap((first) => threefry2x32([1, 2], [first, 7])));
  });

  test('an odd length ends with the first word of its counter', () => {
    const out = new Uint32Array(3);
    threefryFill(out, [1, 2], [0, 0]);
    expect(out[2]).toBe(threefry2x32([1, 2], [1, 0])[0]);
  });

  test('the first word of the counter starts again after its last', () => {
    const out = new Uint32Array(4);
    threefryFill(out, [5, 6], [ONES, 3]);
    expect([...out.subarray(2)]).toEqual(threefry2x32([5, 6], [0, 3]));
  });
});
