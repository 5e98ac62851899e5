import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison, runRecord } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { rowFaults } from '../check-rows.ts';
import { checksumSql } from '../checksum.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { guideColumns } from './0120-guide.ts';

it('runs of the format before have no alerts, can be given some, and a damaged one stays damaged', () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const newest = openStore(file);
  const made = () => newest.createComparison(newComparison()).runs[0]!.id;
  const [whole, broken] = [made(), made()];
  newest.close();
  const db = connectWritable(file);
  db.exec(`
    ALTER TABLE runs DROP COLUMN alerts;
    UPDATE runs SET checksum = ${checksumSql('runs', 'runs', ['alerts'])};
    UPDATE comparisons SET checksum = ${checksumSql('comparisons', 'comparisons', guideColumns)};
    ALTER TABLE comparisons DROP COLUMN guide;
    UPDATE runs SET seed = 7 WHERE id = '${broken}';
    PRAGMA user_version = 100`);
  db.close();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.run(whole)?.alerts).toEqual([]);
  expect(store.damagedRun(broken)).toMatchObject({ id: broken });
  const { alerts } = runRecord;
  store.updateRun(whole, { alerts });
  expect(store.run(whole)?.alerts).toEqual(alerts);
  store.updateRun(whole, { notes: 'x' });
  expect(store.run(whole)?.alerts).toEqual(alerts);
  const reader = connectReadable(file);
  onTestFinished(() => void reader.close());
  expect(rowFaults(reader).filter(({ message }) => message.includes(whole))).toEqual([]);
});
