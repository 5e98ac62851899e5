import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { rowFaults } from '../check-rows.ts';
import { checksumSql } from '../checksum.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { taskColumns } from './0140-task.ts';

it('runs of the format before are known to no engine, can be, and a damaged one stays damaged', () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const newest = openStore(file);
  const made = () => newest.createComparison(newComparison()).runs[0]!.id;
  const [whole, broken] = [made(), made()];
  newest.close();
  const db = connectWritable(file);
  db.exec(`
    ALTER TABLE runs DROP COLUMN task;
    UPDATE runs SET checksum = ${checksumSql('runs', 'runs', taskColumns)};
    UPDATE runs SET seed = 7 WHERE id = '${broken}';
    PRAGMA user_version = 130`);
  db.close();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.run(whole)?.task).toBeNull();
  expect(store.damagedRun(broken)).toMatchObject({ id: broken });
  const task = { submission: 'abcdefghij', job: '12_3', host: null };
  store.updateRun(whole, { task });
  store.updateRun(whole, { notes: 'x' });
  expect(store.run(whole)?.task).toEqual(task);
  const reader = connectReadable(file);
  onTestFinished(() => void reader.close());
  expect(rowFaults(reader).filter(({ message }) => message.includes(whole))).toEqual([]);
});
