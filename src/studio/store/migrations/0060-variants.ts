import { pictureColumns } from './0070-kept-pictures.ts';
import { verdictColumns } from './0080-verdict.ts';
import { elsewhereColumns } from './0090-elsewhere.ts';
import { sweepColumns } from './0100-sweep.ts';
import { alertColumns } from './0110-alerts.ts';
import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';
import { taskColumns } from './0140-task.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const variantColumns = {
  runs: ['variant', 'pairing'],
  comparisons: ['variant_baselines'],
} as const;

/**
 * Of a run the name of its variant (NULL: none) and, as JSON (`pairingSchema`), digests of what its seed determined (NULL: not
 * known); of a comparison, as JSON, the reference lines that are true of single variants (NULL: none). A row that was damaged
 * before keeps a checksum that does not fit.
 */
export const variants: Migration = {
  version: 60,
  up(db) {
    addChecksumFunction(db);
    for (const table of ['runs', 'comparisons'] as const) {
      const columns = variantColumns[table];
      for (const column of columns) db.exec(`ALTER TABLE ${table} ADD COLUMN ${column} TEXT`);
      const later =
        table === 'runs'
          ? [...pictureColumns, ...alertColumns, ...taskColumns]
          : [...verdictColumns, ...elsewhereColumns, ...sweepColumns, ...guideColumns, ...executorColumns];
      db.exec(sealSql(table, `checksum IS ${checksumSql(table, table, [...columns, ...later])}`, later));
    }
  },
};
