import { alertColumns } from './0110-alerts.ts';
import { addChecksumFunction, checksumSql, sealSql } from '../checksum.ts';
import { taskColumns } from './0140-task.ts';
import type { Migration } from './migrate.ts';

/** Columns of this migration, which checksums before it do not cover. */
export const pictureColumns = ['picture_count'] as const;

/**
 * Pictures that runs keep (see kept-pictures.ts): which run keeps which picture of which step, and, once however many keep it, what
 * it shows, under its SHA-256. Of a run how many it keeps. A row that was damaged before keeps a checksum that does not fit.
 */
export const keptPictures: Migration = {
  version: 70,
  up(db) {
    addChecksumFunction(db);
    db.exec(`
      CREATE TABLE picture_contents (
        id INTEGER PRIMARY KEY,
        sha256 BLOB NOT NULL UNIQUE,
        checksum INTEGER NOT NULL,
        data BLOB NOT NULL
      ) STRICT;
      CREATE TABLE kept_pictures (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs,
        name TEXT NOT NULL,
        step INTEGER NOT NULL,
        sha256 BLOB NOT NULL REFERENCES picture_contents (sha256),
        checksum INTEGER NOT NULL,
        UNIQUE (run, name, step)
      ) STRICT;
      CREATE INDEX pictures_of_content ON kept_pictures (sha256);
      ALTER TABLE runs ADD COLUMN picture_count INTEGER NOT NULL DEFAULT 0;
    `);
    const later = [...alertColumns, ...taskColumns];
    const before = checksumSql('runs', 'runs', [...pictureColumns, ...later]);
    db.exec(sealSql('runs', `checksum IS ${before}`, later));
  },
};
