import { describe, expect, it } from 'vitest';
import { dotOption, rangeOf, scatterOption, type DotRow } from './marks.ts';
import { symbolAfter, symbolAt, symbolOutline } from './symbols.ts';

const colors = { text: '#000', ink: '#111', line: '#ddd', page: '#fff', font: 'Inter', size: 11 };

function dot(id: string, x: number, open = false) {
  return { id, x, color: '#0072b2', symbol: 'circle', open, emphasised: false };
}

function seriesOf(option: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  return option['series'] as readonly Readonly<Record<string, unknown>>[];
}

it('the range has room around, and shows equal values', () => {
  expect(rangeOf([0, 100])).toEqual([-6, 106]);
  expect(rangeOf([5, 5, Number.NaN])).toEqual([4.5, 5.5]);
  expect(rangeOf([0])).toEqual([-1, 1]);
  expect(rangeOf([])).toEqual([0, 1]);
});

it('nine shapes are told apart, also those that follow one', () => {
  const places = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  expect(new Set(places.map(symbolAt)).size).toBe(9);
  expect(new Set(places.map((place) => symbolOutline(symbolAt(place)))).size).toBe(9);
  for (const place of places) {
    const following = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((after) => symbolAfter(symbolAt(place), after));
    expect(following[0]).toBe(symbolAt(place));
    expect(new Set(following).size).toBe(9);
  }
});

describe('dots', () => {
  const row: DotRow = {
    label: 'Softmax',
    color: '#0072b2',
    dots: [dot('a', 1), dot('b', 2, true)],
    mean: 1,
    halfWidth: null,
  };

  it('every seed is one, hollow where the run has not ended', () => {
    const [dots] = seriesOf(dotOption([row], 'value', colors));
    expect(dots?.['data']).toMatchObject([
      { name: 'a', value: [1, 0], itemStyle: { color: '#0072b2' } },
      { name: 'b', value: [2, 0], itemStyle: { color: '#fff' } },
    ]);
  });

  it('there is no mean without a completed run', () => {
    expect(seriesOf(dotOption([{ ...row, mean: null }], 'value', colors))).toHaveLength(1);
  });
});

it('both axes of the scatter have one range, which the diagonal crosses', () => {
  const option = scatterOption([{ ...dot('a', 0), y: 100 }], { x: 'relaxed', y: 'hard' }, colors);
  expect(option['xAxis']).toMatchObject({ min: -6, max: 106 });
  expect(option['yAxis']).toMatchObject({ min: -6, max: 106 });
  expect(seriesOf(option)[0]).toMatchObject({
    data: [
      [-6, -6],
      [106, 106],
    ],
  });
});
