/** What the gradient lab offers to sweep, of the estimators that there are. */
import { expect, it } from 'vitest';
import { listEstimators } from '../../src/engine/catalog.ts';
import { quantitiesOf } from '../../src/renderer/features/labs/gradient/quantities.ts';

const of = (...ids: string[]) => quantitiesOf(listEstimators().filter(({ id }) => ids.includes(id)));

it('offers the temperature where something is relaxed, and the numbers among the settings', () => {
  expect(of('exact')).toEqual([]);
  expect(of('gumbel-softmax').map(({ key }) => key)).toEqual(['temperature']);
  expect(of('rebar').map(({ key }) => key)).toEqual(['temperature', 'eta', 'rate']);
});

it('gives values that every estimator of a sweep takes', () => {
  const samples = of('reinforce', 'arms').find(({ key }) => key === 'samples');
  expect(samples?.estimators).toEqual(['arms', 'reinforce']);
  expect(samples?.values).toEqual([2, 3, 4, 6, 8, 12, 16, 24, 32]);
  const eta = of('rebar').find(({ key }) => key === 'eta');
  expect(eta?.values).toEqual([0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.6, 1.8]);
});

it('keeps apart what has one name and two meanings', () => {
  const alphas = of('entmax', 'double-cv').filter(({ key }) => key === 'alpha');
  expect(alphas.map(({ id, estimators }) => [id, estimators])).toEqual([
    ['alpha', ['double-cv']],
    ['alpha.entmax', ['entmax']],
  ]);
});

it('has two values or more for every number of every estimator', () => {
  for (const { key, values } of quantitiesOf(listEstimators())) {
    expect([key, values.length > 1]).toEqual([key, true]);
  }
});
