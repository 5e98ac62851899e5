import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import { assertPoints, lowerBound, regularSteps, strideOf, toBlob, toColumn } from './columns.ts';

const seed = 20_262;

describe('columns', () => {
  it('keeps every bit, also of NaNs with a payload', () => {
    const bits = new BigUint64Array([0x7ff8000000000001n, 0xfff0000000000000n, 0x8000000000000000n, 1n]);
    const column = new Float64Array(bits.buffer);
    const blob = Uint8Array.from(toBlob(column));
    expect([...blob.subarray(0, 8)]).toEqual([1, 0, 0, 0, 0, 0, 0xf8, 0x7f]);
    expect(new BigUint64Array(toColumn(blob).slice().buffer)).toEqual(bits);
  });

  it('reads a blob that is not aligned in memory', () => {
    const bytes = new Uint8Array(17);
    bytes.set(toBlob(Float64Array.of(1.5, -2)), 1);
    expect([...toColumn(bytes.subarray(1))]).toEqual([1.5, -2]);
  });

  it('refuses a blob with half a number', () => {
    expect(() => toColumn(new Uint8Array(12))).toThrow(/12 bytes/);
  });

  it('finds a stride exactly where there is one', () => {
    const steps = fc.uniqueArray(fc.nat({ max: 40 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(steps, (unsorted) => {
        const column = Float64Array.from(unsorted).sort();
        const stride = strideOf(column);
        const distances = new Set([...column].slice(1).map((step, i) => step - (column[i] as number)));
        if (distances.size > 1) expect(stride).toBeNull();
        else expect(regularSteps(column[0] as number, stride as number, column.length)).toEqual(column);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('finds the first step that is not below', () => {
    const steps = Float64Array.of(2, 4, 4.5, 9);
    expect([1, 2, 3, 4.2, 9, 10].map((step) => lowerBound(steps, step))).toEqual([0, 0, 1, 2, 3, 4]);
  });

  it.each([
    ['a repeated step', [0, 1, 1], [1, 2, 3]],
    ['a step backwards', [5, 4], [1, 2]],
    ['a negative step', [-1], [1]],
    ['half a step', [0.5], [1]],
    ['a step beyond exact integers', [2 ** 53], [1]],
    ['a step that is no number', [NaN], [1]],
    ['more steps than values', [0, 1], [1]],
  ])('refuses %s', (_, steps, values) => {
    expect(() => assertPoints(seriesOf(steps, values), 'run r, series loss')).toThrow(
      expect.objectContaining({
        kind: 'validation',
        message: expect.stringContaining('run r, series loss') as string,
      }),
    );
  });
});
