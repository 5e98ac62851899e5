import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { WritableDatabase } from '../connection.ts';
import { migrations } from './index.ts';
import { latestVersion, migrate, userVersion } from './migrate.ts';
import type { Migration } from './migrate.ts';

function memory(): WritableDatabase {
  return new Database(':memory:') as unknown as WritableDatabase;
}

function schema(db: WritableDatabase): unknown {
  return db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name').all();
}

const first: Migration = {
  version: 10,
  up: (db) => db.exec('CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1), (2)'),
};
const second: Migration = {
  version: 20,
  up: (db) => db.exec('ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = 10 * x'),
};

describe('migrate', () => {
  it('runs what is newer, in order, once', () => {
    const db = memory();
    migrate(db, [first]);
    expect(userVersion(db)).toBe(10);
    migrate(db, [first, second]);
    migrate(db, [first, second]);
    expect(userVersion(db)).toBe(20);
    expect(db.prepare('SELECT x, y FROM a').all()).toEqual([
      { x: 1, y: 10 },
      { x: 2, y: 20 },
    ]);
  });

  it('undoes a migration that fails half-way, and keeps those before it', () => {
    const failing: Migration = {
      version: 20,
      up(db) {
        db.exec('CREATE TABLE b (x INTEGER); DELETE FROM a');
        throw new Error('half-way');
      },
    };
    const db = memory();
    expect(() => migrate(db, [first, failing])).toThrow('half-way');
    expect(userVersion(db)).toBe(10);
    expect(db.prepare('SELECT count(*) FROM a').pluck().get()).toBe(2);
    expect(db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'b'").pluck().get()).toBe(0);
  });

  it('refuses to leave a reference to nothing', () => {
    const dangling: Migration = {
      version: 10,
      up: (db) =>
        db.exec(
          'CREATE TABLE a (id INTEGER PRIMARY KEY, other INTEGER REFERENCES a); INSERT INTO a VALUES (1, 2)',
        ),
    };
    const db = memory();
    db.pragma('foreign_keys = OFF');
    expect(() => migrate(db, [dangling])).toThrow(/1 broken references/);
    expect(userVersion(db)).toBe(0);
  });

  it('refuses a list whose numbers do not increase', () => {
    expect(() => latestVersion([second, first])).toThrow(/does not come after/);
    expect(() => latestVersion([first, first])).toThrow(/does not come after/);
  });
});

describe("the store's migrations", () => {
  it('are numbered in tens', () => {
    expect(latestVersion(migrations)).toBeGreaterThan(0);
    for (const { version } of migrations) expect(version % 10).toBe(0);
  });

  it.each(
    migrations.map((migration, index) => ({
      version: migration.version,
      before: migrations[index - 1]?.version ?? 0,
    })),
  )('lead from $before to $version to the same tables as all at once', ({ version, before }) => {
    const stepwise = memory();
    migrate(stepwise, migrations, before);
    expect(userVersion(stepwise)).toBe(before);
    migrate(stepwise, migrations, version);
    const atOnce = memory();
    migrate(atOnce, migrations, version);
    expect(userVersion(stepwise)).toBe(version);
    expect(schema(stepwise)).toEqual(schema(atOnce));
    expect(stepwise.pragma('integrity_check', { simple: true })).toBe('ok');
  });
});

describe.each([
  { version: 20, before: 10, what: 'none archived', added: { archived_at: null } },
  { version: 30, before: 20, what: 'none a fork', added: { parent: null } },
])('migration $version', ({ version, before: from, what, added }) => {
  it(`keeps every run of an older store, ${what}`, () => {
    const db = memory();
    migrate(db, migrations, from);
    db.exec(`
      INSERT INTO comparisons (id, name, problem, backend, created_at) VALUES ('c', 'n', 'p', 'cpu', 1);
      INSERT INTO documents (sha256, json) VALUES (x'00', '{}');
      INSERT INTO runs (id, comparison, name, problem, config, estimator, settings, seed, backend, state, reason, step,
        steps, seconds, steps_per_second, evaluations, metrics, created_at, notes, tags)
      VALUES ('c-00', 1, 'n', 'p', 1, 'e', 1, 7, 'cpu', 'completed', '', 3, 3, 1, 3, 3, '{"loss":1}', 1, 'note', '["t"]')`);
    const rows = () => db.prepare('SELECT * FROM runs').all();
    const before = rows();
    migrate(db, migrations, version);
    expect(userVersion(db)).toBe(version);
    expect(rows()).toEqual(before.map((row) => ({ ...(row as object), ...added })));
  });
});
