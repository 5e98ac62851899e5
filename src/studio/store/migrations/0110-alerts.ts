import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { taskColumns } from './0140-task.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const alertColumns = ['alerts'] as const;

/**
 * Of a run, as JSON (`alertsSchema`), the alerts on its health (NULL: none, or of a version that watched none). A row that was damaged
 * before keeps a checksum that does not fit.
 */
export const alerts: Migration = {
  version: 110,
  up(db) {
    addChecksumFunction(db);
    db.exec('ALTER TABLE runs ADD COLUMN alerts TEXT');
    const before = checksumSql('runs', 'runs', [...alertColumns, ...taskColumns]);
    db.exec(sealSql('runs', `checksum IS ${before}`, taskColumns));
  },
};
