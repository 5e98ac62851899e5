import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import type { ExecutorChoice } from '../../../shared/executor.ts';
import { rowFaults } from '../check-rows.ts';
import { checksumSql } from '../checksum.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { executorColumns } from './0130-executor.ts';
import { taskColumns } from './0140-task.ts';

it('comparisons of the format before are of the local queue, later ones can be of an engine, and a damaged one stays damaged', () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const newest = openStore(file);
  const made = () => newest.createComparison(newComparison()).comparison.id;
  const [whole, broken] = [made(), made()];
  newest.close();
  const db = connectWritable(file);
  db.exec(`
    ALTER TABLE comparisons DROP COLUMN executor;
    UPDATE comparisons SET checksum = ${checksumSql('comparisons', 'comparisons', executorColumns)};
    UPDATE comparisons SET preset = 'other' WHERE id = '${broken}';
    ALTER TABLE runs DROP COLUMN task;
    UPDATE runs SET checksum = ${checksumSql('runs', 'runs', taskColumns)};
    PRAGMA user_version = 120`);
  db.close();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.comparison(whole)?.executor).toBeNull();
  expect(() => store.comparison(broken)).toThrow(/does not match its checksum/);
  const executor: ExecutorChoice = { kind: 'slurm', partition: 'gpu', cpus: 2, options: ['--nice=10'] };
  const { id } = store.createComparison({ ...newComparison(), executor }).comparison;
  expect(store.comparison(id)?.executor).toEqual(executor);
  const reader = connectReadable(file);
  onTestFinished(() => void reader.close());
  expect(rowFaults(reader).filter(({ message }) => message.includes(id))).toEqual([]);
});
