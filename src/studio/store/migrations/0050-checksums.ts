import { variantColumns } from './0060-variants.ts';
import { pictureColumns } from './0070-kept-pictures.ts';
import { verdictColumns } from './0080-verdict.ts';
import { elsewhereColumns } from './0090-elsewhere.ts';
import { sweepColumns } from './0100-sweep.ts';
import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { alertColumns } from './0110-alerts.ts';
import { guideColumns } from './0120-guide.ts';
import { executorColumns } from './0130-executor.ts';
import { taskColumns } from './0140-task.ts';
import type { Migration } from './migrate.ts';

/**
 * A checksum in every row (see checksum.ts), and counts of what belongs to a run or a series. Blocks are copied into a new table, as
 * what is read without the points must lie before them: SQLite walks through all that is in front of a column.
 */
export const checksums: Migration = {
  version: 50,
  up(db) {
    addChecksumFunction(db);
    const blocks = `id, series, first_step, last_step, count, non_finite, first_value, last_value, min, min_step, max, max_step,
      stride`;
    db.exec(`
      ALTER TABLE comparisons ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE documents ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE runs ADD COLUMN series_count INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE runs ADD COLUMN tail_count INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE runs ADD COLUMN event_count INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE runs ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE series ADD COLUMN block_count INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE series ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE tail ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE tail ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE events ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE events ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;

      CREATE TABLE checked_blocks (
        id INTEGER PRIMARY KEY,
        series INTEGER NOT NULL REFERENCES series,
        first_step INTEGER NOT NULL,
        last_step INTEGER NOT NULL,
        count INTEGER NOT NULL,
        non_finite INTEGER NOT NULL,
        first_value REAL,
        last_value REAL,
        min REAL,
        min_step INTEGER,
        max REAL,
        max_step INTEGER,
        stride INTEGER,
        data_checksum INTEGER NOT NULL,
        checksum INTEGER NOT NULL,
        step_data BLOB,
        value_data BLOB NOT NULL,
        CHECK ((stride IS NULL) <> (step_data IS NULL)),
        UNIQUE (series, first_step)
      ) STRICT;
      INSERT INTO checked_blocks (${blocks}, data_checksum, checksum, step_data, value_data)
        SELECT ${blocks}, data_checksum, ${checksumSql('blocks', 'old')}, step_data, value_data
        FROM (SELECT *, row_checksum(step_data, value_data) AS data_checksum FROM blocks) AS old;
      DROP TABLE blocks;
      ALTER TABLE checked_blocks RENAME TO blocks;

      UPDATE runs SET
        series_count = (SELECT count(*) FROM series WHERE run = runs.sequence),
        tail_count = (SELECT count(*) FROM tail WHERE run = runs.sequence),
        event_count = (SELECT count(*) FROM events WHERE run = runs.sequence);
      UPDATE series SET block_count = (SELECT count(*) FROM blocks WHERE series = series.id);
      UPDATE tail SET position = place.position FROM
        (SELECT sequence, row_number() OVER (PARTITION BY run ORDER BY sequence) - 1 AS position FROM tail) AS place
        WHERE place.sequence = tail.sequence;
      UPDATE events SET position = place.position FROM
        (SELECT sequence, row_number() OVER (PARTITION BY run ORDER BY sequence) - 1 AS position FROM events) AS place
        WHERE place.sequence = events.sequence;
    `);
    for (const table of ['documents', 'series', 'tail', 'events'] as const) db.exec(sealSql(table, 'true'));
    for (const table of ['comparisons', 'runs'] as const) {
      db.exec(
        sealSql(table, 'true', [
          ...variantColumns[table],
          ...(table === 'runs'
            ? [...pictureColumns, ...alertColumns, ...taskColumns]
            : [...verdictColumns, ...elsewhereColumns, ...sweepColumns, ...guideColumns, ...executorColumns]),
        ]),
      );
    }
  },
};
