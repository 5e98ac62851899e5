import { expect, it } from 'vitest';
import { Decimator } from '../store/decimate.ts';
import { besideWindow } from './runs.ts';

const steps = Float64Array.of(0, 10, 20, 30, 40);
const values = Float64Array.of(1, 2, 3, 4, 5);

function beside(from: number, to: number): readonly number[][] {
  const { before, after } = besideWindow({ from, to, columns: 8 }, (window) => {
    const decimator = new Decimator(window);
    const isIn = (_: number, i: number) => steps[i]! >= window.from && steps[i]! <= window.to;
    decimator.addPoints(steps.filter(isIn), values.filter(isIn));
    return decimator.finish();
  });
  return [before, after].map((points) => [...points.steps, ...points.values]);
}

it.each([
  [15, 25, [10, 2], [30, 4]],
  [10, 30, [0, 1], [40, 5]],
  [12.5, 18.5, [10, 2], [20, 3]],
  [0, 40, [], []],
  [41, 50, [40, 5], []],
])('beside %d to %d are %j and %j', (from, to, before, after) => {
  expect(beside(from, to)).toEqual([before, after]);
});
