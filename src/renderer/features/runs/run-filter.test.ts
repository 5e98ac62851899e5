import { describe, expect, it } from 'vitest';
import { runSummary } from '../../../../test/fixtures/run-summaries.ts';
import { parseFilter, passes } from './run-filter.ts';

const run = runSummary({ metrics: { gap: 0.25, relaxedRevenue: null }, tags: ['Paper'] });

describe('a run passes', () => {
  it.each([
    '',
    'SOFTMAX',
    'estimator:softmax',
    'estimator:reinforce estimator:softmax',
    'state:completed gap>0.1',
    'tag:paper collapse',
    'comparison:"collapse"',
    'gap<0.3',
    'gap>',
    'estimator:',
  ])('%s', (text) => expect(passes(run, parseFilter(text))).toBe(true));

  it.each([
    'estimator:reinforce',
    'state:running softmax',
    'gap>0.25',
    'relaxedrevenue>0',
    'revenue<9',
    'nowhere',
  ])('not %s', (text) => expect(passes(run, parseFilter(text))).toBe(false));
});

it('names what it does not understand', () => {
  expect(parseFilter('colour:red gap>much x').unknown).toEqual(['colour:red', 'gap>much']);
});
