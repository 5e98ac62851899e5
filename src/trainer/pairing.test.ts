import { describe, expect, it } from 'vitest';
import { arePaired } from '../shared/pairing.ts';
import { pairingOf } from './pairing.ts';

const weights = (name: string, ...values: number[]) => ({
  name,
  shape: [values.length],
  data: Float32Array.from(values),
});
const determined = {
  data: { values: Float64Array.of(1, 2), split: { test: [3], train: new Map([['a', 1]]) }, scale: 1 },
  dataConfig: { items: 2 },
  seed: 1,
  batch: 8,
  parameters: [weights('prices', 0, 1), weights('logits', 2)],
};
const own = pairingOf(determined);

it('is the same for the same, whatever the order of keys', () => {
  const { scale, split, values } = determined.data;
  expect(pairingOf({ ...determined, data: { scale, split, values } })).toEqual(own);
});

describe('runs are not paired with', () => {
  it.each<[what: string, change: object, from?: object]>([
    ['another seed', { seed: 2 }],
    ['minibatches of another size', { batch: 9 }],
    ['other values in the data', { data: { ...determined.data, values: Float64Array.of(1, 3) } }],
    [
      'the same bytes of another type',
      { data: { ...determined.data, values: new Int32Array(Float64Array.of(1, 2).buffer) } },
    ],
    ['data that end elsewhere', { data: { ...determined.data, split: { test: [], train: [3] } } }],
    ['another map', { data: { ...determined.data, split: { test: [3], train: new Map([['a', 2]]) } } }],
    ['0 in the place of -0', { data: -0 }, { data: 0 }],
    ['other initial weights', { parameters: [weights('prices', 0, 2), weights('logits', 2)] }],
  ])('%s', (_what, change, from = {}) => {
    expect(arePaired(pairingOf({ ...determined, ...from }), pairingOf({ ...determined, ...change }))).toBe(
      false,
    );
  });
});

it('weights of another shape, or that only one of two has, are no reason not to pair', () => {
  const larger = pairingOf({ ...determined, parameters: [weights('prices', 5, 5, 5), weights('bias', 1)] });
  expect(arePaired(own, larger)).toBe(true);
});

it('what of the data is code is known by the config that it follows from', () => {
  const withCode = (dataConfig: object) =>
    pairingOf({ ...determined, data: { f: () => 0 }, dataConfig: { ...dataConfig } });
  expect(arePaired(withCode({ f: 'k' }), withCode({ f: 'k' }))).toBe(true);
  expect(arePaired(withCode({ f: 'k' }), withCode({ f: 'k^2' }))).toBe(false);
});
