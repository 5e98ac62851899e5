import { describe, expect, it } from 'vitest';
import { runRecord } from '../../../test/fixtures/runs.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import type { RunListInput } from '../../shared/contract/runs.ts';
import { summarise } from '../live/run-summary.ts';
import { selectRuns } from './run-list.ts';

const base = summarise({ ...runRecord, spec: { ...runRecord.spec, problem: 'menu-auction' } }, 'Menus');
const run = (id: string, patch: Partial<RunSummary> = {}): RunSummary => ({ ...base, id, ...patch });

const runs = [
  run('a', { state: 'running', tags: ['x'], metrics: { hardValidationRevenue: 2, gap: 0.1 } }),
  run('b', { estimator: 'reinforce', metrics: { hardValidationRevenue: 10 } }),
  run('c', { name: 'Special', metrics: {} }),
  run('d', { archivedAt: 5, metrics: { hardValidationRevenue: 5, gap: null } }),
];

function ids(filter: Partial<RunListInput['filter']>, sort?: RunListInput['sort']): string {
  const selected = selectRuns(runs, {
    filter: { archived: false, ...filter },
    sort: sort ?? { key: 'created', descending: true },
  });
  return selected.map(({ id }) => id).join('');
}

describe('the table of runs', () => {
  it('filters by each key, and all keys together', () => {
    expect(ids({})).toBe('abc');
    expect(ids({ archived: true })).toBe('d');
    expect(ids({ states: ['running', 'failed'] })).toBe('a');
    expect(ids({ states: [] })).toBe('');
    expect(ids({ estimators: ['reinforce'] })).toBe('b');
    expect(ids({ tags: ['x', 'y'] })).toBe('a');
    expect(ids({ comparisons: [base.comparison] })).toBe('abc');
    expect(ids({ problems: ['other'] })).toBe('');
    expect(ids({ search: ' SPECIAL ' })).toBe('c');
    expect(ids({ search: 'menus', estimators: ['reinforce'] })).toBe('b');
    expect(ids({ search: '.*(' })).toBe('');
  });

  it('sorts numbers as numbers, and puts runs without a value last either way', () => {
    expect(ids({}, { key: 'headline', descending: true })).toBe('bac');
    expect(ids({}, { key: 'headline', descending: false })).toBe('abc');
    expect(ids({}, { key: 'gap', descending: false })).toBe('abc');
    expect(ids({}, { key: 'name', descending: true })).toBe('abc');
    expect(ids({}, { key: 'name', descending: false })).toBe('cab');
    expect(ids({}, { key: 'created', descending: false })).toBe('cba');
  });
});
