import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { executorColumns } from './0130-executor.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const guideColumns = ['guide'] as const;

/**
 * Of a comparison, as JSON (`guideSchema`), the guide that it was made for (NULL: none). A row that was damaged before keeps a checksum
 * that does not fit.
 */
export const guide: Migration = {
  version: 120,
  up(db) {
    addChecksumFunction(db);
    db.exec('ALTER TABLE comparisons ADD COLUMN guide TEXT');
    const before = checksumSql('comparisons', 'comparisons', [...guideColumns, ...executorColumns]);
    db.exec(sealSql('comparisons', `checksum IS ${before}`, executorColumns));
  },
};
