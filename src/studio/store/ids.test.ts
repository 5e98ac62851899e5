import { describe, expect, it } from 'vitest';
import { newComparisonId, runIds } from './ids.ts';

describe('ids', () => {
  it('are words of small letters and digits that no program takes for a number', () => {
    const ids = Array.from({ length: 2000 }, newComparisonId);
    for (const id of ids) expect(id).toMatch(/^[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{7}$/);
    // 2000 draws out of 7.6e11: equal ones have probability 3e-6.
    expect(new Set(ids).size).toBe(2000);
  });

  it.each([1, 9, 100, 101, 1200])('of %i runs sort in the order of creation', (count) => {
    const ids = runIds('k3f9x2ab', count);
    expect(ids).toHaveLength(count);
    expect(ids.toSorted()).toEqual(ids);
    expect(ids[0]).toMatch(/^k3f9x2ab-0+$/);
  });
});
