import type { Migration } from './migrate.ts';

/** Archived runs stay complete and are left out of lists; NULL: not archived. */
export const archive: Migration = {
  version: 20,
  up(db) {
    db.exec('ALTER TABLE runs ADD COLUMN archived_at REAL');
  },
};
