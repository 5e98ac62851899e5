import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const sweepColumns = ['sweep', 'confirms'] as const;

/**
 * Of a comparison, as JSON, how its variants were chosen and what ends their runs (`sweepPlanSchema`; NULL: nobody swept), and the sweep
 * whose winner it trains on fresh seeds (`confirmsSchema`; NULL: none). A row that was damaged before keeps a checksum that does not fit.
 */
export const sweep: Migration = {
  version: 100,
  up(db) {
    addChecksumFunction(db);
    for (const column of sweepColumns) db.exec(`ALTER TABLE comparisons ADD COLUMN ${column} TEXT`);
    const before = checksumSql('comparisons', 'comparisons', [
      ...sweepColumns,
      ...guideColumns,
      ...executorColumns,
    ]);
    db.exec(sealSql('comparisons', `checksum IS ${before}`, [...guideColumns, ...executorColumns]));
  },
};
