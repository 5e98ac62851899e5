import { describe, expect, it } from 'vitest';
import { runSummary } from '../../../../test/fixtures/run-summaries.ts';
import { filterTerms, parseFilter, passes } from './run-filter.ts';

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
    'gap>=0.25 gap<=0.25',
    'step>=600 seed<2 speed>100 seconds<4',
    'estimator:',
  ])('%s', (text) => expect(passes(run, parseFilter(text))).toBe(true));

  it.each([
    'estimator:reinforce',
    'state:running softmax',
    'gap>0.25',
    'relaxedrevenue>0',
    'revenue<9',
    'nowhere',
    'seed>1',
    'constructor>0',
  ])('not %s', (text) => expect(passes(run, parseFilter(text))).toBe(false));
});

it('finds runs by the alerts that last', () => {
  const alert = {
    ...{ series: 'hardTrainRevenue', since: 300, step: 500, numbers: {}, sentence: 'x' },
    ...{ clearedAt: null, collapse: true, id: 'nothing-hard' as const },
  };
  const over = { ...alert, id: 'gap-growing' as const, clearedAt: 550, collapse: false };
  const found = (filter: string) => passes(runSummary({ alerts: [alert, over] }), parseFilter(filter));
  expect(['alert:any', 'alert:nothing-hard', 'alert:collapse'].every(found)).toBe(true);
  expect(['alert:none', 'alert:gap-growing'].some(found)).toBe(false);
  expect(passes(run, parseFilter('alert:none'))).toBe(true);
});

it('names what it does not understand', () => {
  expect(parseFilter('colour:red gap>much x').unknown).toEqual(['colour:red', 'gap>much']);
});

it('stands on chips as it was written, quoted names in one piece', () => {
  expect(filterTerms(' Estimator:softmax  comparison:"A b" gap>0.1 x')).toEqual([
    'Estimator:softmax',
    'comparison:"A b"',
    'gap>0.1',
    'x',
  ]);
});
