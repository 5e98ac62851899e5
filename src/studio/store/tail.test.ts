import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packTail, unpackTail } from './tail.ts';

const entry = fc
  .record({
    series: fc.nat(),
    points: fc.uniqueArray(fc.tuple(fc.nat({ max: 2 ** 50 }), fc.double()), {
      minLength: 1,
      maxLength: 9,
      selector: ([step]) => step,
    }),
  })
  .map(({ series, points }) => {
    const sorted = points.toSorted(([a], [b]) => a - b);
    return {
      series,
      steps: Float64Array.from(sorted, ([s]) => s),
      values: Float64Array.from(sorted, ([, v]) => v),
    };
  });

describe('packed tail rows', () => {
  it('come back as they were, all or one series', () => {
    fc.assert(
      fc.property(fc.uniqueArray(entry, { maxLength: 6, selector: (e) => e.series }), (entries) => {
        // A copy one byte off: as SQLite may hand it out.
        const blob = new Uint8Array([0, ...packTail(entries)]).subarray(1);
        expect(unpackTail(blob)).toEqual(entries);
        for (const one of entries) expect(unpackTail(blob, one.series)).toEqual([one]);
      }),
      { seed: 20_263, numRuns: 300 },
    );
  });

  it('keep regular steps as a stride', () => {
    const steps = Float64Array.from({ length: 100 }, (_, index) => 7 + 3 * index);
    expect(packTail([{ series: 1, steps, values: steps }]).byteLength).toBe((4 + 100) * 8);
  });

  it('that end too early are an error', () => {
    const blob = packTail([{ series: 1, steps: Float64Array.of(0, 1), values: Float64Array.of(1, 2) }]);
    expect(() => unpackTail(blob.subarray(0, blob.length - 8))).toThrow(
      expect.objectContaining({ kind: 'external' }),
    );
  });
});
