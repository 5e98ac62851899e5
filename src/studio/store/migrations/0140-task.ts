import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const taskColumns = ['task'] as const;

/**
 * Of a run, as JSON (`runTaskSchema`), by what it is found where an executor trained it (NULL: none has, or it was before). A row that was
 * damaged before keeps a checksum that does not fit.
 */
export const task: Migration = {
  version: 140,
  up(db) {
    addChecksumFunction(db);
    db.exec('ALTER TABLE runs ADD COLUMN task TEXT');
    db.exec(sealSql('runs', `checksum IS ${checksumSql('runs', 'runs', taskColumns)}`));
  },
};
