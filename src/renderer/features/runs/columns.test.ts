import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import {
  columnIds,
  columnKinds,
  columnsOf,
  defaultColumns,
  formatColumns,
  nameText,
  parseColumns,
  placeColumns,
  withMoved,
  withPin,
  withShown,
  withWidth,
} from './columns.ts';

const ids = (columns: readonly { readonly id: string }[]) => columns.map(({ id }) => id);

describe('columns in the address', () => {
  it('are nothing by default, and come back as they went', () => {
    expect(formatColumns(defaultColumns)).toBe('');
    let columns = withWidth(withPin(defaultColumns, 'name', true), 'name', 220);
    columns = withShown(withMoved(columns, 'gap', -1), 'backend', false);
    const written = formatColumns(columns);
    expect(written).toBe(
      'state,name.220.pin,problem,estimator,variant,seed,progress,gap,headline,speed,where,created,duration,tags',
    );
    expect(parseColumns(written)).toEqual(columns);
  });

  it.each(['', 'colour', '..,,', 'constructor', '__proto__.40'])('%j is the default', (written) => {
    expect(parseColumns(written)).toEqual(defaultColumns);
  });

  it('read with care: repeats, widths beyond what can be drawn, words that mean nothing', () => {
    expect(parseColumns('gap.5,gap.80,seed.9999.x.pin,tags.-3,colour')).toEqual([
      { id: 'gap', width: columnKinds.gap.narrowest, pinned: false },
      { id: 'seed', width: 900, pinned: true },
      { id: 'tags', width: null, pinned: false },
    ]);
  });
});

describe('a column', () => {
  it('that is shown again stands where the default has it', () => {
    const without = withShown(withShown(defaultColumns, 'seed', false), 'progress', false);
    expect(ids(withShown(without, 'progress', true))).toEqual(columnIds.filter((id) => id !== 'seed'));
    expect(ids(withShown(withShown(without, 'seed', true), 'progress', true))).toEqual([...columnIds]);
  });

  it('cannot be hidden if it is the last, and does not move out of the table', () => {
    const one = parseColumns('gap');
    expect(withShown(one, 'gap', false)).toEqual(one);
    expect(withMoved(defaultColumns, 'state', -1)).toEqual(defaultColumns);
    expect(withMoved(defaultColumns, 'tags', 1)).toEqual(defaultColumns);
  });
});

describe('the column of names', () => {
  const run = {
    id: 'k9bn1x14-00',
    name: 'softmax, seed 1',
    estimator: 'softmax',
    variant: null as string | null,
    seed: 1,
    comparisonName: 'Smoke',
  };

  it('does not say again what other columns say', () => {
    expect(nameText(run, columnIds, true)).toBe(run.id);
    expect(nameText(run, columnIds, false)).toBe('Smoke');
    const fork = { ...run, name: 'softmax, seed 1, from step 40' };
    expect(nameText(fork, columnIds, true)).toBe(`${run.id}, from step 40`);
    const without = columnIds.filter((id) => id !== 'seed');
    expect(nameText(run, without, true)).toBe(run.name);
  });

  it('says which of several variants', () => {
    const own = { ...run, variant: 'wide', name: 'softmax, seed 1, wide' };
    const without = columnIds.filter((id) => id !== 'variant');
    expect(nameText(own, without, true)).toBe('wide');
    expect(nameText(own, columnIds, true)).toBe(run.id);
    expect(nameText({ ...own, name: `${own.name}, from step 40` }, without, false)).toBe(
      'Smoke \u00b7 wide, from step 40',
    );
  });

  it('has the name that somebody gave', () => {
    for (const name of ['mine', 'softmax, seed 12', 'softmax'])
      expect(nameText({ ...run, name }, columnIds, false)).toBe(name);
  });
});

it('variants and places have a column only where a run has one', () => {
  const usual = { variant: null, executor: null };
  const shown = (run: Partial<RunSummary>) => ids(columnsOf(defaultColumns, [usual, { ...usual, ...run }]));
  expect(shown({})).toEqual(columnIds.filter((id) => id !== 'variant' && id !== 'where'));
  expect(shown({ variant: 'wide' })).toEqual(columnIds.filter((id) => id !== 'where'));
  expect(shown({ executor: 'slurm' })).toEqual(columnIds.filter((id) => id !== 'variant'));
});

describe('placing columns', () => {
  const sum = (widths: readonly { readonly width: number }[]) =>
    widths.reduce((total, { width }) => total + width, 0);

  it('fills the table, whatever its width, down to the narrowest', () => {
    const narrowest = columnIds.reduce((total, id) => total + columnKinds[id].narrowest, 0);
    const plain = columnsOf(defaultColumns, []);
    for (const [columns, available] of [
      [defaultColumns, 1900],
      [defaultColumns, 1200],
      [plain, 1060],
    ] as const) {
      const width = sum(placeColumns(columns, available, 28));
      expect(width).toBeLessThanOrEqual(available - 28);
      expect(width).toBeGreaterThan(available - 28 - columnIds.length);
    }
    expect(sum(placeColumns(defaultColumns, 300, 28))).toBe(narrowest);
  });

  it('leaves a width that somebody drew alone', () => {
    for (const available of [300, 1900]) {
      const placed = placeColumns(withWidth(defaultColumns, 'gap', 133), available, 28);
      expect(placed.find(({ id }) => id === 'gap')?.width).toBe(133);
    }
  });

  it('puts pinned columns first, each beside the one before it', () => {
    const columns = withPin(withPin(parseColumns('gap.80,seed.50,name.120'), 'name', true), 'seed', true);
    expect(placeColumns(columns, 0, 28)).toEqual([
      { id: 'seed', width: 50, left: 28 },
      { id: 'name', width: 120, left: 78 },
      { id: 'gap', width: 80, left: null },
    ]);
  });
});
