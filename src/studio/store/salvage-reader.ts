import type { Statement } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { DamageError } from './checksum.ts';
import { ComparisonReader } from './comparisons.ts';
import type { ReadableDatabase } from './connection.ts';
import { EventReader } from './events.ts';
import { PictureReader } from './kept-pictures.ts';
import { RunReader } from './run-reader.ts';
import { SeriesReader } from './series-reader.ts';
import { fromSqliteError } from './sqlite-error.ts';
import type { DamagedStore, SalvagedRun } from './types.ts';

/** What is whole of a store, each part read for itself, so that none keeps another from being read. */
export function damagedStore(db: ReadableDatabase, path: string): DamagedStore {
  const comparisons = new ComparisonReader(db);
  const runs = new RunReader(db, { comparisonsMatter: false });
  const series = new SeriesReader(db);
  const events = new EventReader(db);
  const pictures = new PictureReader(db);
  const ids: Statement<[], string> = db.prepare<[], string>('SELECT id FROM runs NOT INDEXED').pluck();
  /** What `read` gives, or a sentence. */
  const attempt = <T>(what: string, read: () => T): T | string => {
    try {
      return read();
    } catch (error) {
      const known = fromSqliteError(error, path);
      if (known instanceof DamageError) return known.message;
      if (known instanceof AppError) return `${what}: ${known.message}`;
      throw known;
    }
  };

  return {
    *everyRun() {
      // Before anything is said of one: a table that ends too early still has its first rows.
      const found: string[] = [];
      const end = attempt('the list of runs', () => {
        for (const id of ids.iterate()) found.push(id);
        return null;
      });
      for (const id of found) yield runOf(id);
      if (end !== null) yield { run: null, comparison: null, damage: end };
    },
    *wholeSeries(id, lost) {
      const where = `run ${id}`;
      const sequence = attempt(where, () => runs.sequence(id));
      if (typeof sequence === 'string') {
        lost(sequence);
        return;
      }
      const names = attempt(where, () => series.names(sequence));
      if (typeof names === 'string') {
        lost(names);
        return;
      }
      const counted = attempt(where, () => series.assertCount(sequence, where));
      if (typeof counted === 'string') lost(counted);
      for (const name of names) {
        const points = attempt(`${where}, series ${name}`, () =>
          series.readWhole(sequence, name, where, lost),
        );
        if (typeof points === 'string') lost(points);
        else yield { name, points };
      }
    },
    events(id) {
      const found = attempt(`run ${id}`, () => events.list(runs.sequence(id), `run ${id}`));
      if (typeof found === 'string') throw new DamageError(found);
      return found;
    },
    wholePictures(id, lost) {
      const found = attempt(`run ${id}`, () => [...pictures.whole(runs.sequence(id), `run ${id}`, lost)]);
      if (typeof found !== 'string') return found;
      lost(found);
      return [];
    },
    close: () => db.close(),
  };

  function runOf(id: string): SalvagedRun {
    const run = attempt(`run ${id}`, () => runs.get(id) ?? `run ${id} cannot be found`);
    if (typeof run === 'string') return { run: null, comparison: null, damage: run };
    const comparison = attempt(`comparison ${run.comparison}`, () => comparisons.get(run.comparison) ?? null);
    if (typeof comparison === 'string') return { run, comparison: null, damage: comparison };
    return { run, comparison, damage: '' };
  }
}
