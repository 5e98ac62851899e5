import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const executorColumns = ['executor'] as const;

/**
 * Of a comparison, as JSON (`executorSchema`), what trains its runs (NULL: the studio's own queue). A row that was damaged before keeps a
 * checksum that does not fit.
 */
export const executor: Migration = {
  version: 130,
  up(db) {
    addChecksumFunction(db);
    db.exec('ALTER TABLE comparisons ADD COLUMN executor TEXT');
    db.exec(
      sealSql('comparisons', `checksum IS ${checksumSql('comparisons', 'comparisons', executorColumns)}`),
    );
  },
};
