/**
 * The version of a database is SQLite's own `user_version`. A migration moves it from its predecessor's number to its
 * own, in one transaction. A released migration is never changed; numbers go in tens, so that a fix of an old release
 * finds room.
 */
import { AppError } from '../../../shared/errors.ts';
import type { WritableDatabase } from '../connection.ts';

export interface Migration {
  readonly version: number;
  up(db: WritableDatabase): void;
}

/** Version of the newest of `migrations`; throws if their numbers do not increase strictly. */
export function latestVersion(migrations: readonly Migration[]): number {
  let latest = 0;
  for (const { version } of migrations) {
    if (!Number.isInteger(version) || version <= latest) {
      throw new AppError('internal', `migration ${version} does not come after migration ${latest}`);
    }
    latest = version;
  }
  return latest;
}

export function userVersion(db: WritableDatabase): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Runs what is newer than the database, up to and including version `target` (default: all). */
export function migrate(
  db: WritableDatabase,
  migrations: readonly Migration[],
  target: number = latestVersion(migrations),
): void {
  const found = userVersion(db);
  for (const migration of migrations) {
    if (migration.version <= found || migration.version > target) continue;
    db.transaction(() => {
      migration.up(db);
      const broken = db.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0) {
        throw new AppError(
          'internal',
          `migration ${migration.version} leaves ${broken.length} broken references`,
        );
      }
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}
