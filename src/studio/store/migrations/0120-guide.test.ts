import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { newComparison } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import type { Guide } from '../../../shared/guide.ts';
import { rowFaults } from '../check-rows.ts';
import { checksumSql } from '../checksum.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';

it('comparisons of the format before were made for no guide, later ones can be, and a damaged one stays damaged', () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const newest = openStore(file);
  const made = () => newest.createComparison(newComparison()).comparison.id;
  const [whole, broken] = [made(), made()];
  newest.close();
  const db = connectWritable(file);
  db.exec(`
    ALTER TABLE comparisons DROP COLUMN guide;
    ALTER TABLE comparisons DROP COLUMN executor;
    UPDATE comparisons SET checksum = ${checksumSql('comparisons', 'comparisons', [...guideColumns, ...executorColumns])};
    UPDATE comparisons SET preset = 'other' WHERE id = '${broken}';
    PRAGMA user_version = 110`);
  db.close();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.comparison(whole)?.guide).toBeNull();
  expect(() => store.comparison(broken)).toThrow(/does not match its checksum/);
  const guide: Guide = { key: 'temperature', standard: 'constant 1', wholeSteps: 2000 };
  const { id } = store.createComparison({ ...newComparison(), guide }).comparison;
  expect(store.comparison(id)?.guide).toEqual(guide);
  const reader = connectReadable(file);
  onTestFinished(() => void reader.close());
  expect(rowFaults(reader).filter(({ message }) => message.includes(id))).toEqual([]);
});
