import { expect, it } from 'vitest';
import { journeysOption } from './journeys.ts';

it('draws a line a journey, marked at its end, and the boundary once', () => {
  const colors = { text: '#000', ink: '#000', line: '#000', page: '#fff', font: 'sans', size: 11 };
  const path: [number, number][] = [
    [0.5, 0.4],
    [0.8, 0.2],
    [1, 0],
  ];
  const journeys = ['0', '1'].map((id) => ({ id, path, color: 'red', symbol: 'diamond' }));
  const { series } = journeysOption(journeys, { x: 'item 0', y: 'item 3' }, colors) as {
    series: { id: string; data: { name: string; value: number[]; symbol: string }[] }[];
  };
  expect(series.map(({ id }) => id)).toEqual(['boundary x', 'boundary y', '0', '1']);
  expect(series[3]!.data.map(({ value }) => value)).toEqual(path);
  expect(series[3]!.data.map(({ symbol }) => symbol)).toEqual(['circle', 'circle', 'diamond']);
  expect(series[3]!.data[0]!.name).toBe('1');
});
