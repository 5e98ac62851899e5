import { expect, it } from 'vitest';
import type { PointsPanel } from '../../shared/pictures/points.ts';
import { middleOf, moved, pixelOf, placeAt, planeOf } from './plane.ts';

const panel = (scale: object = {}): PointsPanel => ({
  kind: 'points',
  title: 'Codes',
  x: { label: 'first', ...scale },
  y: { label: 'second' },
  classes: [],
  points: [],
});
/** 200 by 200 pixels of plot, from (50, 10) on. */
const drawn = (from: number, to: number) => ({
  option: {
    grid: { left: 50, right: 10, top: 10, bottom: 40 },
    xAxis: { min: from, max: to },
    yAxis: { min: -1, max: 1 },
  },
  legend: [],
  plotHeight: 'square' as const,
  rows: [],
});
const plane = planeOf(panel(), drawn(0, 4), 260);

it('pixels and places map to each other, y upwards', () => {
  expect(placeAt(plane, [50, 210])).toEqual([0, -1]);
  expect(placeAt(plane, [150, 60])).toEqual([2, 0.5]);
  expect(pixelOf(plane, [2, 0.5])).toEqual([150, 60]);
  expect(middleOf(plane)).toEqual([2, 0]);
});

it('what lies outside of the plot is brought to its edge', () => {
  expect(placeAt(plane, [-20, 1000])).toEqual([0, -1]);
  expect(moved(plane, [3.9, 0.9], [0.1, 0.1])).toEqual([4, 1]);
  expect(pixelOf(plane, [9, -9])).toEqual([250, 210]);
});

it('on a logarithmic axis a step is a factor', () => {
  const log = planeOf(panel({ scale: 'log' }), drawn(0, 2), 260);
  expect(middleOf(log)[0]).toBe(10);
  expect(moved(log, [10, 0], [0.25, 0])[0]).toBeCloseTo(31.623, 3);
  expect(pixelOf(log, [100, 0])[0]).toBe(250);
});
