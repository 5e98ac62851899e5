import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { sweepColumns } from './0100-sweep.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const elsewhereColumns = ['elsewhere'] as const;

/**
 * Of a comparison, as JSON (`elsewhereSchema`), what the scripts say whose runs it has (NULL: a studio trained them). A row that was
 * damaged before keeps a checksum that does not fit.
 */
export const elsewhere: Migration = {
  version: 90,
  up(db) {
    addChecksumFunction(db);
    db.exec('ALTER TABLE comparisons ADD COLUMN elsewhere TEXT');
    const later = [...sweepColumns, ...guideColumns, ...executorColumns];
    const before = checksumSql('comparisons', 'comparisons', [...elsewhereColumns, ...later]);
    db.exec(sealSql('comparisons', `checksum IS ${before}`, later));
  },
};
