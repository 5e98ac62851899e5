import { describe, expect, it } from 'vitest';
import { losersOf, rungsOf, type Contender } from './halving.ts';

describe('rungs', () => {
  it('are min, min·eta, min·eta^2, ... below the end', () => {
    expect(rungsOf({ min: 10, eta: 3 }, 270)).toEqual([10, 30, 90]);
    expect(rungsOf({ min: 10, eta: 3 }, 271)).toEqual([10, 30, 90, 270]);
    expect(rungsOf({ min: 500, eta: 2 }, 500)).toEqual([]);
  });
});

describe('successive halving', () => {
  const at = (...values: number[]): Contender => ({ key: JSON.stringify(values), values });

  it('stops nobody who is alone, and the second of two', () => {
    expect(losersOf([at(5), at()], 'maximize', 3)).toEqual([]);
    expect(losersOf([at(5), at(7)], 'maximize', 3)).toEqual([{ key: '[5]', rung: 0, rank: 2, of: 2 }]);
    expect(losersOf([at(5), at(7)], 'minimize', 3)).toEqual([{ key: '[7]', rung: 0, rank: 2, of: 2 }]);
  });

  it('goes by the last rung that a trial has reached, against all that have been there', () => {
    // The two that went on are judged at the second rung, not by the first, where 1 was the worst of all.
    const trials = [at(1, 9), at(8, 4), at(3), at(4), at(2), at(0)];
    expect(losersOf(trials, 'maximize', 3).map(({ key, rung, rank, of }) => [key, rung, rank, of])).toEqual([
      ['[8,4]', 1, 2, 2],
      ['[3]', 0, 3, 6],
      ['[2]', 0, 4, 6],
      ['[0]', 0, 6, 6],
    ]);
  });

  it('puts one without a finite value after all others, and stops no equals', () => {
    expect(losersOf([at(NaN), at(-1e9)], 'maximize', 2)).toMatchObject([{ rank: 2, of: 2 }]);
    expect(losersOf([at(2), at(2), at(2)], 'minimize', 3)).toEqual([]);
  });

  it('keeps one in eta of many, rounded up', () => {
    const trials = Array.from({ length: 17 }, (_, i) => at(i));
    expect(losersOf(trials, 'minimize', 4)).toHaveLength(17 - 5);
  });
});
