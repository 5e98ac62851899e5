import type { Migration } from './migrate.ts';

/** JSON list of a comparison's exact baselines; NULL: none was computed. */
export const exactBaselines: Migration = {
  version: 40,
  up(db) {
    db.exec('ALTER TABLE comparisons ADD COLUMN exact TEXT');
  },
};
