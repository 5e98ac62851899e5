import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { comparisonRecord, runRecord, seriesOf } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { rowFaults } from './check-rows.ts';
import { connectReadable } from './connection.ts';
import { openStore } from './open.ts';

/** Rows of series and blocks, whoever they belong to. */
function rows(file: string): unknown {
  const db = new Database(file, { readonly: true });
  try {
    return db
      .prepare('SELECT (SELECT count(*) FROM series) AS series, (SELECT count(*) FROM blocks) AS blocks')
      .get();
  } finally {
    db.close();
  }
}

const many = Array.from({ length: 10_000 }, (_, i) => i);

it('nobody sees what is staged, until it is a run with all of it', () => {
  const store = openStore(join(temporaryFolder(), 'studio.sqlite'));
  const staged = store.stage();
  const other = store.stage();
  other.append('loss', seriesOf([1], [1]));
  staged.append('loss', seriesOf(many.slice(0, 8192), many.slice(0, 8192)));
  staged.append('loss', seriesOf(many.slice(8192), many.slice(8192)));
  staged.append('gap', seriesOf([7], [NaN]));
  expect([store.runs(), store.comparisons()]).toEqual([[], []]);
  staged.adopt(runRecord, comparisonRecord);
  expect(store.runs()).toEqual([runRecord]);
  expect(store.series(runRecord.id).map(({ name, count }) => [name, count])).toEqual([
    ['gap', 1],
    ['loss', 10_000],
  ]);
  expect(store.readSeries(runRecord.id, 'loss')).toEqual(seriesOf(many, many));
  while (other.discardSome());
  expect(rows(store.path)).toEqual({ series: 2, blocks: 4 });
  expect(() => other.adopt(runRecord, comparisonRecord)).toThrow(
    expect.objectContaining({ kind: 'conflict' }),
  );
  store.close();
});

it('what a studio that was killed had staged is removed by the next one', () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const killed = openStore(file);
  killed.insertRun(runRecord, comparisonRecord, { loss: seriesOf([0], [1]) });
  const staged = killed.stage();
  for (let i = 0; i < 10; i++) staged.append(`s${i}`, seriesOf(many, many));
  killed.close();
  expect(rows(file)).toEqual({ series: 11, blocks: 31 });
  // No damage: the next studio will be rid of it.
  const reader = connectReadable(file);
  expect(rowFaults(reader)).toEqual([]);
  reader.close();
  const next = openStore(file);
  expect(rows(file)).toEqual({ series: 1, blocks: 1 });
  expect(next.readSeries(runRecord.id, 'loss')).toEqual(seriesOf([0], [1]));
  next.close();
});
