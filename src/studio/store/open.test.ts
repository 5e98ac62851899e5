import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { batchOf, newComparison } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { assertSqliteVersion } from './connection.ts';
import { migrations } from './migrations/index.ts';
import { latestVersion } from './migrations/migrate.ts';
import { openReadableStore, openStore } from './open.ts';

function refusal(kind: string, message: RegExp): unknown {
  return expect.objectContaining({ kind, message: expect.stringMatching(message) as string });
}

/** A store file after `change`, and its bytes. */
function storeWith(change: (db: Database.Database) => void): { file: string; bytes: Buffer } {
  const file = join(temporaryFolder(), 'studio.sqlite');
  openStore(file).close();
  const db = new Database(file);
  change(db);
  db.pragma('journal_mode = DELETE');
  db.close();
  return { file, bytes: readFileSync(file) };
}

const latest = latestVersion(migrations);

describe('openStore', () => {
  it('makes a database of ours, with a log and full durability', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    const store = openStore(file);
    store.close();
    const header = readFileSync(file);
    expect(header.toString('latin1', 68, 72)).toBe('GSST');
    expect(header.readUInt32BE(60)).toBe(latest);
    expect(header[18]).toBe(2);
  });

  it('opens an empty file as a new store', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    writeFileSync(file, '');
    const store = openStore(file);
    expect(store.runs()).toEqual([]);
    store.close();
  });

  it('goes on where the first start was killed before it had made a table', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    const db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.close();
    expect(statSync(file).size).toBeGreaterThan(0);
    const store = openStore(file);
    store.createComparison(newComparison());
    store.close();
    expect(readFileSync(file).toString('latin1', 68, 72)).toBe('GSST');
  });

  it.each([
    [
      'a newer store',
      'precondition',
      new RegExp(`newer gumbel-studio \\(format ${latest + 10}; this one knows up to ${latest}\\).*update`),
      (db: Database.Database) => db.pragma(`user_version = ${latest + 10}`),
    ],
    [
      'a version that never was',
      'precondition',
      /another program/,
      (db: Database.Database) => db.pragma('user_version = 7'),
    ],
    [
      "another program's database",
      'precondition',
      /another program.*--data-dir/,
      (db: Database.Database) => db.pragma('application_id = 1'),
    ],
  ] as const)('refuses %s and leaves it as it is', (_, kind, message, change) => {
    const { file, bytes } = storeWith(change);
    expect(() => openStore(file)).toThrow(refusal(kind, message));
    expect(() => openReadableStore(file)).toThrow(refusal(kind, message));
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  it('refuses a database without any mark but with tables', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    const db = new Database(file);
    db.exec('CREATE TABLE theirs (x)');
    db.close();
    expect(() => openStore(file)).toThrow(refusal('precondition', /another program/));
  });

  it('refuses a file that is no database', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    writeFileSync(file, 'model weights'.repeat(1000));
    expect(() => openStore(file)).toThrow(refusal('external', /damaged|not a database/));
    expect(readFileSync(file, 'utf8')).toBe('model weights'.repeat(1000));
  });

  it('finds damage after an end without close', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    const store = openStore(file);
    const { runs } = store.createComparison(newComparison(40));
    for (const { id } of runs) store.addEvent(id, { kind: 'log', step: 0, message: 'x'.repeat(3000) });
    store.close();
    const bytes = readFileSync(file);
    // Pages near the end belong to events; a log with content, of a commit that was cut off, says that the end was unclean.
    bytes.fill(0x55, bytes.length - 3 * 4096, bytes.length - 4096);
    writeFileSync(file, bytes);
    writeFileSync(`${file}-wal`, 'cut off');
    expect(() => openStore(file)).toThrow(refusal('external', /damaged/));
  });

  it('needs the folder to exist', () => {
    expect(() => openStore(join(temporaryFolder(), 'nowhere', 'studio.sqlite'))).toThrow(
      refusal('not-found', /nowhere does not exist/),
    );
  });
});

describe('openReadableStore', () => {
  it('says where there is no store', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    expect(() => openReadableStore(file)).toThrow(
      refusal('not-found', /there is no store at .*studio\.sqlite/),
    );
  });

  it('reads beside the writer, and what the writer commits later', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    const writer = openStore(file);
    const reader = openReadableStore(file);
    const { runs } = writer.createComparison(newComparison());
    const id = runs[0]?.id ?? '';
    expect(reader.run(id)?.state).toBe('queued');
    writer.commit([batchOf(id, 'loss', [0, 1], [3, 4])]);
    expect([...reader.readSeries(id, 'loss').values]).toEqual([3, 4]);
    writer.close();
    expect(reader.lastStep(id)).toBe(1);
    expect(reader).not.toHaveProperty('commit');
    reader.close();
  });
});

describe('assertSqliteVersion', () => {
  it.each(['3.51.3', '3.51.10', '3.52.0', '4.0.0'])('accepts %s', (version) => {
    expect(() => assertSqliteVersion(version)).not.toThrow();
  });
  it.each(['3.51.2', '3.9.9', '3.50.4', '2.99.99'])('refuses %s', (version) => {
    expect(() => assertSqliteVersion(version)).toThrow(/3\.51\.3 or newer/);
  });
});
