import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { comparisonRecord, newComparison, runRecord } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { rowFaults } from '../check-rows.ts';
import { checksumSql } from '../checksum.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { sweepColumns } from './0100-sweep.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';
import { taskColumns } from './0140-task.ts';

it('comparisons of the format before were trained by a studio, and a damaged one stays damaged', () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const newest = openStore(file);
  const whole = newest.createComparison(newComparison()).comparison.id;
  const broken = newest.createComparison(newComparison()).comparison.id;
  newest.close();
  const db = connectWritable(file);
  db.exec(`
    ALTER TABLE runs DROP COLUMN alerts;
    ALTER TABLE runs DROP COLUMN task;
    UPDATE runs SET checksum = ${checksumSql('runs', 'runs', ['alerts', ...taskColumns])};
    UPDATE comparisons SET checksum = ${checksumSql('comparisons', 'comparisons', ['elsewhere', ...sweepColumns, ...guideColumns, ...executorColumns])};
    ${['elsewhere', ...sweepColumns, ...guideColumns, ...executorColumns].map((column) => `ALTER TABLE comparisons DROP COLUMN ${column};`).join('')}
    UPDATE comparisons SET name = 'other' WHERE id = '${broken}';
    PRAGMA user_version = 80`);
  db.close();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.comparisons()).toMatchObject([{ id: whole, elsewhere: null }]);
  const elsewhere = {
    group: 'g',
    problem: { label: 'Mine', direction: 'minimize', metric: 'loss', labels: {} },
  } as const;
  store.insertRun(
    { ...runRecord, id: 'g1-p', comparison: 'g1' },
    { ...comparisonRecord, id: 'g1', elsewhere },
    {},
  );
  expect(store.comparison('g1')).toMatchObject({ elsewhere });
  const reader = connectReadable(file);
  onTestFinished(() => void reader.close());
  expect(new Set(rowFaults(reader).map(({ message }) => /comparison (\w+)/.exec(message)?.[1]))).toEqual(
    new Set([broken]),
  );
});
