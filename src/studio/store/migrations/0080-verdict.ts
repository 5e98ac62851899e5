import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { elsewhereColumns } from './0090-elsewhere.ts';
import { sweepColumns } from './0100-sweep.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const verdictColumns = ['verdict'] as const;

/**
 * Of a comparison, as JSON (`verdictPlanSchema`), what its verdict judges, fixed before its first run (NULL: of an earlier version, as
 * usual). A row that was damaged before keeps a checksum that does not fit.
 */
export const verdict: Migration = {
  version: 80,
  up(db) {
    addChecksumFunction(db);
    db.exec('ALTER TABLE comparisons ADD COLUMN verdict TEXT');
    const later = [...elsewhereColumns, ...sweepColumns, ...guideColumns, ...executorColumns];
    const before = checksumSql('comparisons', 'comparisons', [...verdictColumns, ...later]);
    db.exec(sealSql('comparisons', `checksum IS ${before}`, later));
  },
};
