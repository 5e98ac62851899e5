import type { Migration } from './migrate.ts';

/** What a fork began from, as JSON (`parentSchema`): it is no reference, as the parent may be deleted; NULL: no fork. */
export const parent: Migration = {
  version: 30,
  up(db) {
    db.exec('ALTER TABLE runs ADD COLUMN parent TEXT');
  },
};
