import { expect, it } from 'vitest';
import { differingKeys, flatConfig } from './runs.ts';

it('flattens to dotted keys with JSON values', () => {
  const config = { options: 8, valuations: { kind: 'uniform', bundles: [1, 2] }, name: 'a"b' };
  expect([...flatConfig(config)]).toEqual([
    ['options', '8'],
    ['valuations.kind', '"uniform"'],
    ['valuations.bundles', '[1,2]'],
    ['name', '"a\\"b"'],
  ]);
});

it('names the keys that tell configs apart, one that is missing somewhere too', () => {
  expect(
    differingKeys([
      { a: 1, b: { c: 2 } },
      { a: 1, b: { c: 3 }, d: null },
    ]),
  ).toEqual(['b.c', 'd']);
  expect(differingKeys([{ a: 1 }, { a: 1 }])).toEqual([]);
  expect(differingKeys([])).toEqual([]);
});
