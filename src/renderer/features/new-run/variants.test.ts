import { expect, it } from 'vitest';
import { rowsOf, variantIssues, variantRequests } from './variants.ts';

it('rows are the variants of a request, and the other way round', () => {
  const variants = [
    { name: 'ips', config: { learning: 'ips' }, settings: {} },
    { name: 'dr', config: { batch: 64 }, settings: { reinforce: { samples: 4 } } },
  ];
  const rows = [
    { name: ' ips ', changes: 'learning=ips' },
    { name: 'dr', changes: 'batch=64, estimators.reinforce.samples=4' },
  ];
  expect(variantRequests(rows)).toEqual(variants);
  expect(variantRequests(rowsOf(variants))).toEqual(variants);
  expect(variantIssues(rows)).toEqual([]);
});

it('a row that cannot be read is an issue of its own field, and changes nothing', () => {
  const rows = [
    { name: 'a', changes: '' },
    { name: 'b', changes: 'batch' },
  ];
  const [issue, ...others] = variantIssues(rows);
  expect([issue?.path, others]).toEqual(['variants.1.config', []]);
  expect(issue?.message).toMatch(/^Variant 2: expected key=value/);
  expect(variantRequests(rows)[1]).toEqual({ name: 'b', config: {}, settings: {} });
});
