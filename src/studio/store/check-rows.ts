/** All of a database, looked through for what is not as it was written: SQLite's own checks, and every checksum and count. */
import type Database from 'better-sqlite3';
import { nounFor } from '../../shared/counted.ts';
import { isWholeSql, withoutRemedy } from './checksum.ts';
import type { ReadableDatabase } from './connection.ts';
import { oneLine } from './sqlite-error.ts';
import { RunReader } from './run-reader.ts';

export interface Fault {
  /** Empty where the fault is none of one run's. */
  readonly run: string;
  /** `file` for what lies in a run's folder. */
  readonly table: string;
  readonly series?: string;
  readonly steps?: readonly [number, number];
  /** One sentence. */
  readonly message: string;
}

/** Lines of SQLite's own report. */
const MOST_LINES = 100;

type Row = Readonly<Record<string, unknown>>;

/** A row of `PRAGMA foreign_key_check`. */
interface Orphan {
  readonly table: string;
  readonly parent: string;
  readonly rowid: number;
}

export function rowFaults(db: ReadableDatabase): readonly Fault[] {
  const faults: Fault[] = [];
  /** A table that SQLite cannot read to its end is one fault more. */
  const look = (table: string, find: () => Iterable<Fault>) => {
    try {
      for (const fault of find()) faults.push(fault);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push({ run: '', table, message: `the table cannot be read to its end (${message})` });
    }
  };
  const rows = (sql: string) => db.prepare<[], Row>(sql).iterate();

  look('', function* () {
    for (const line of db.pragma(`integrity_check(${MOST_LINES})`) as { integrity_check: string }[]) {
      if (line.integrity_check !== 'ok')
        yield { run: '', table: '', message: `SQLite: ${oneLine(line.integrity_check)}` };
    }
    const staged = db.prepare<[number]>('SELECT 1 FROM series WHERE rowid = ? AND run < 0');
    for (const { table, parent, rowid } of db.pragma('foreign_key_check') as Orphan[]) {
      // Of an import under way, or of one that was killed: the run comes last.
      if (table === 'series' && staged.get(rowid) !== undefined) continue;
      yield { run: '', table, message: `a row refers to one of ${parent} that is gone` };
    }
  });
  look('comparisons', function* () {
    for (const { id } of rows(`SELECT id FROM comparisons WHERE NOT ${isWholeSql('comparisons')}`)) {
      yield { run: '', table: 'comparisons', message: `comparison ${text(id)} does not match its checksum` };
    }
  });
  look('documents', function* () {
    for (const { id } of rows(`SELECT id FROM documents WHERE NOT ${isWholeSql('documents')}`)) {
      yield { run: '', table: 'documents', message: `document ${text(id)} does not match its checksum` };
    }
  });
  look('runs', function* () {
    const reader = new RunReader(db);
    for (const { id, damage } of reader.list().damaged) {
      yield { run: id, table: 'runs', message: withoutRemedy(damage) };
    }
    yield* countFaults(db);
  });
  const run = 'coalesce((SELECT id FROM runs WHERE sequence = run), run)';
  look('series', function* () {
    for (const row of rows(`SELECT ${run} AS run, name FROM series WHERE NOT ${isWholeSql('series')}`)) {
      yield {
        run: text(row['run']),
        table: 'series',
        series: text(row['name']),
        message: 'does not match its checksum',
      };
    }
  });
  look('blocks', function* () {
    const found = rows(`
      SELECT ${run} AS run, s.name, b.first_step, b.last_step FROM series AS s JOIN blocks AS b ON b.series = s.id
      WHERE NOT ${isWholeSql('blocks', 'b')} OR b.data_checksum IS NOT row_checksum(b.step_data, b.value_data)`);
    for (const row of found) {
      const [first, last] = [Number(row['first_step']), Number(row['last_step'])];
      yield {
        ...{ run: text(row['run']), table: 'blocks', series: text(row['name']), steps: [first, last] },
        message: `the points of steps ${first} to ${last} do not match their checksum`,
      };
    }
  });
  look('tail', function* () {
    for (const row of rows(`SELECT ${run} AS run FROM tail WHERE NOT ${isWholeSql('tail')}`)) {
      yield { run: text(row['run']), table: 'tail', message: 'newest points do not match their checksum' };
    }
  });
  look('events', function* () {
    for (const row of rows(`SELECT ${run} AS run, step FROM events WHERE NOT ${isWholeSql('events')}`)) {
      yield {
        run: text(row['run']),
        table: 'events',
        message: `a log line of step ${text(row['step'])} does not match its checksum`,
      };
    }
  });
  look('kept_pictures', function* () {
    const found = rows(`
      SELECT ${run} AS run, name, step FROM kept_pictures AS k
      WHERE NOT ${isWholeSql('kept_pictures', 'k')} OR NOT EXISTS (
        SELECT 1 FROM picture_contents AS c WHERE c.sha256 = k.sha256 AND ${isWholeSql('picture_contents', 'c')})`);
    for (const row of found) {
      yield {
        run: text(row['run']),
        table: 'kept_pictures',
        message: `picture ${text(row['name'])} of step ${text(row['step'])} does not match its checksum`,
      };
    }
  });
  return faults;
}

/** Rows that should be there and are not. */
function* countFaults(db: Database.Database): Generator<Fault> {
  const counted = db.prepare<[], { run: string; what: string; there: number; expected: number }>(`
    SELECT id AS run, 'series' AS what, (SELECT count(*) FROM series WHERE run = r.sequence) AS there, series_count AS expected
      FROM runs AS r WHERE there <> expected
    UNION ALL
    SELECT id, 'tail', (SELECT count(*) FROM tail WHERE run = r.sequence) AS there, tail_count AS expected
      FROM runs AS r WHERE there <> expected
    UNION ALL
    SELECT id, 'kept_pictures', (SELECT count(*) FROM kept_pictures WHERE run = r.sequence) AS there, picture_count AS expected
      FROM runs AS r WHERE there <> expected
    UNION ALL
    SELECT id, 'events', (SELECT count(*) FROM events WHERE run = r.sequence) AS there, event_count AS expected
      FROM runs AS r WHERE there <> expected`);
  for (const { run, what, there, expected } of counted.iterate()) {
    yield { run, table: what, message: `${there} of ${expected} ${nounFor(expected, 'row')} found` };
  }
  const blocks = db.prepare<[], { run: string; series: string; there: number; expected: number }>(`
    SELECT r.id AS run, s.name AS series, (SELECT count(*) FROM blocks WHERE series = s.id) AS there, s.block_count AS expected
    FROM series AS s JOIN runs AS r ON r.sequence = s.run WHERE there <> expected`);
  for (const { run, series, there, expected } of blocks.iterate()) {
    yield {
      run,
      table: 'blocks',
      series,
      message: `${there} of ${expected} ${nounFor(expected, 'block')} of points found`,
    };
  }
}

/** Whatever a damaged cell holds. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : '?';
}
