import { expect, it } from 'vitest';
import { placeReferences } from './reference-lines.ts';
import { valueScale } from './value-scale.ts';

const curve = (...ys: number[]) => [{ xs: ys.map((_, i) => i), ys }];
const values = (...all: number[]) => all.map((value) => ({ label: `${value}`, value }));
const places = (...placing: Parameters<typeof placeReferences>) =>
  placeReferences(...placing).map(({ place }) => place);
const linear = valueScale('linear', []);
const log = valueScale('log', []);

it('draws what is within the height of the curves beyond them, and names what is further', () => {
  const places1 = places(values(-0.1, 0, 1.5, 3, 3.1), curve(1, Number.NaN, 2), linear);
  expect(places1).toEqual(['below', 'drawn', 'drawn', 'drawn', 'above']);
});

it('measures in powers on a log axis, which has no place for what is not positive', () => {
  expect(places(values(-1, 0, 0.05, 0.1, 1000, 2000), curve(1, 100, -5), log)).toEqual([
    'below',
    'below',
    'drawn',
    'drawn',
    'drawn',
    'drawn',
  ]);
  expect(places(values(0.0099, 10_001), curve(1, 100), log)).toEqual(['below', 'above']);
});

it('draws all of them before there are curves, and what is near a flat one', () => {
  expect(places(values(-5, 1e300), [], linear)).toEqual(['drawn', 'drawn']);
  expect(places(values(10.5, 12), curve(10, 10), linear)).toEqual(['drawn', 'above']);
});

it('tells eight apart by their dashes', () => {
  const references = values(1, 2, 3, 4, 5, 6, 7, 8);
  const dashes = placeReferences(references, [], linear).map(({ dash }) => dash.join());
  expect(new Set(dashes).size).toBe(references.length);
});
