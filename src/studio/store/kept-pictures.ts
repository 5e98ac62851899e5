/**
 * Pictures that runs keep while they train. What one shows is kept once, under its SHA-256, whichever runs and steps it is of, and
 * goes with the last of them.
 */
import { createHash } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import { keptLimits, type KeptPicture, type KeptSteps } from '../../shared/pictures/kept.ts';
import { checksumOf, DamageError, damaged, isWholeSql } from './checksum.ts';
import type { ReadableDatabase, WritableDatabase } from './connection.ts';

interface KeptRow {
  readonly name: string;
  readonly step: number;
  readonly sha256: Uint8Array;
  readonly whole: number;
}

export class PictureReader {
  readonly #list: Statement<[number], KeptRow>;
  readonly #count: Statement<[number], number>;
  readonly #content: Statement<[Uint8Array], Uint8Array>;

  constructor(db: ReadableDatabase) {
    this.#list = db.prepare(
      `SELECT name, step, sha256, ${isWholeSql('kept_pictures')} AS whole
       FROM kept_pictures WHERE run = ? ORDER BY name, step`,
    );
    this.#count = db.prepare<[number], number>('SELECT picture_count FROM runs WHERE sequence = ?').pluck();
    this.#content = db
      .prepare<[Uint8Array], Uint8Array>('SELECT data FROM picture_contents WHERE sha256 = ?')
      .pluck();
  }

  /** By name. @throws DamageError unless all are there as they were written; `where` names the run */
  steps(run: number, where: string): readonly KeptSteps[] {
    const byName = Map.groupBy(this.#rows(run, where), ({ name }) => name);
    return [...byName].map(([name, rows]) => ({ name, steps: rows.map(({ step }) => step) }));
  }

  /** The newest one of that name at or before `step`; undefined if there is none. @throws DamageError */
  at(run: number, name: string, step: number, where: string): KeptPicture | undefined {
    const row = this.#rows(run, where).findLast((kept) => kept.name === name && kept.step <= step);
    return row && this.#read(row, where);
  }

  /** All of them, read one by one, by name and step. @throws DamageError */
  *all(run: number, where: string): Generator<KeptPicture, void, void> {
    for (const row of this.#rows(run, where)) yield this.#read(row, where);
  }

  /** Those that are as they were written; `lost` hears a sentence for each of the others. */
  *whole(run: number, where: string, lost: (damage: string) => void): Generator<KeptPicture, void, void> {
    const rows = this.#list.all(run);
    const missing = missingSentence(where, this.#count.get(run), rows.length);
    if (missing !== undefined) lost(damaged(missing).message);
    for (const row of rows) {
      try {
        yield this.#read(row, where);
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        lost(error.message);
      }
    }
  }

  #rows(run: number, where: string): readonly KeptRow[] {
    const rows = this.#list.all(run);
    const missing = missingSentence(where, this.#count.get(run), rows.length);
    if (missing !== undefined) throw damaged(missing);
    for (const row of rows) assertWhole(row, where);
    return rows;
  }

  #read(row: KeptRow, where: string): KeptPicture {
    assertWhole(row, where);
    const { name, step, sha256 } = row;
    const content = this.#content.get(sha256);
    if (content === undefined) throw damaged(`${where}, picture ${name} of step ${step} is gone`);
    if (!digestOf(content).equals(sha256))
      throw damaged(`${where}, picture ${name} of step ${step} does not match its digest`);
    return { name, step, content };
  }
}

/** Every method runs within the caller's transaction, and the caller seals the run's row. */
export class PictureWriter {
  readonly #count: Statement<[number], { readonly expected: number; readonly there: number }>;
  readonly #setCount: Statement<[number]>;
  readonly #hasContent: Statement<[Uint8Array], number>;
  readonly #insertContent: Statement<[Uint8Array, number, Uint8Array]>;
  readonly #removeContent: Statement<[Uint8Array]>;
  readonly #keep: Statement<[number, string, number, Uint8Array, number]>;
  readonly #replaced: Statement<[number, string, number], Uint8Array>;
  readonly #kept: Statement<[number], ThinnedPicture & { readonly sha256: Uint8Array }>;
  readonly #remove: Statement<[number]>;
  readonly #contentsOf: Statement<[number], Uint8Array>;
  readonly #removeAll: Statement<[number]>;

  constructor(db: WritableDatabase) {
    this.#count = db.prepare(
      `SELECT picture_count AS expected, (SELECT count(*) FROM kept_pictures WHERE run = r.sequence) AS there
       FROM runs AS r WHERE sequence = ?`,
    );
    this.#setCount = db.prepare(
      'UPDATE runs SET picture_count = (SELECT count(*) FROM kept_pictures WHERE run = runs.sequence) WHERE sequence = ?',
    );
    this.#hasContent = db
      .prepare<[Uint8Array], number>('SELECT 1 FROM picture_contents WHERE sha256 = ?')
      .pluck();
    this.#insertContent = db.prepare(
      'INSERT INTO picture_contents (sha256, checksum, data) VALUES (?, ?, ?)',
    );
    this.#removeContent = db.prepare(
      'DELETE FROM picture_contents AS c WHERE sha256 = ? AND NOT EXISTS (SELECT 1 FROM kept_pictures AS k WHERE k.sha256 = c.sha256)',
    );
    this.#keep = db.prepare(
      `INSERT INTO kept_pictures (run, name, step, sha256, checksum) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (run, name, step) DO UPDATE SET sha256 = excluded.sha256, checksum = excluded.checksum`,
    );
    this.#replaced = db
      .prepare<[number, string, number], Uint8Array>(
        'SELECT sha256 FROM kept_pictures WHERE run = ? AND name = ? AND step = ?',
      )
      .pluck();
    this.#kept = db.prepare(
      `SELECT k.id, k.name, k.step, k.sha256, hex(k.sha256) AS content, octet_length(c.data) AS bytes
       FROM kept_pictures AS k JOIN picture_contents AS c ON c.sha256 = k.sha256 WHERE k.run = ? ORDER BY k.name, k.step`,
    );
    this.#remove = db.prepare('DELETE FROM kept_pictures WHERE id = ?');
    this.#contentsOf = db
      .prepare<[number], Uint8Array>('SELECT DISTINCT sha256 FROM kept_pictures WHERE run = ?')
      .pluck();
    this.#removeAll = db.prepare('DELETE FROM kept_pictures WHERE run = ?');
  }

  /**
   * In the place of those of the same name and step; where a run keeps more than it may, some go (`surplus`).
   * @throws DamageError if some are gone: a new count would hide that. `where` names the run
   */
  add(run: number, pictures: Iterable<KeptPicture>, where: string): void {
    const { expected, there } = this.#count.get(run) ?? { expected: 0, there: 0 };
    const missing = missingSentence(where, expected, there);
    if (missing !== undefined) throw damaged(missing);
    // Of a file several pictures may have one content.
    const digests = new Map<Uint8Array, Buffer>();
    for (const { name, step, content } of pictures) {
      const sha256 = digests.get(content) ?? digestOf(content);
      digests.set(content, sha256);
      const before = this.#replaced.get(run, name, step);
      if (this.#hasContent.get(sha256) === undefined)
        this.#insertContent.run(sha256, checksumOf([sha256, content]), content);
      this.#keep.run(run, name, step, sha256, checksumOf([run, name, step, sha256]));
      if (before !== undefined) this.#removeContent.run(before);
    }
    for (const { id, sha256 } of surplus(this.#kept.all(run), keptLimits)) {
      this.#remove.run(id);
      this.#removeContent.run(sha256);
    }
    this.#setCount.run(run);
  }

  /** All that a run keeps. */
  removeAll(run: number): void {
    const contents = this.#contentsOf.all(run);
    this.#removeAll.run(run);
    for (const sha256 of contents) this.#removeContent.run(sha256);
  }
}

interface ThinnedPicture {
  readonly id: number;
  readonly name: string;
  readonly step: number;
  /** The same for pictures that are the same. */
  readonly content: string;
  readonly bytes: number;
}

/**
 * Pictures of one run that have to go, so that what is left is within the limits and its steps are spread evenly: again and again
 * the one between the closest neighbours, of the picture that takes the most. The first and the last go only where nothing else is
 * left.
 * @param kept by name and step, ascending
 */
export function surplus<P extends ThinnedPicture>(
  kept: readonly P[],
  limits: { readonly bytes: number; readonly steps: number },
): readonly P[] {
  const removed: P[] = [];
  const byName = [...Map.groupBy(kept, ({ name }) => name).values()];
  const drop = (pictures: P[]) => {
    const [picture] = pictures.splice(mostCrowded(pictures), 1);
    if (picture !== undefined) removed.push(picture);
  };
  for (const pictures of byName) while (pictures.length > limits.steps) drop(pictures);
  while (bytesOf(byName.flat()) > limits.bytes) {
    const [largest] = byName.toSorted((one, other) => bytesOf(other) - bytesOf(one));
    if (largest !== undefined) drop(largest);
  }
  return removed;
}

/** Place of the picture whose neighbours are the closest, the earliest of several; without inner ones of the first. */
function mostCrowded(pictures: readonly ThinnedPicture[]): number {
  const stepAt = (index: number) => pictures[index]?.step ?? 0;
  let found = 0;
  let closest = Infinity;
  for (let i = 1; i < pictures.length - 1; i += 1) {
    const distance = stepAt(i + 1) - stepAt(i - 1);
    if (distance >= closest) continue;
    closest = distance;
    found = i;
  }
  return found;
}

function bytesOf(pictures: readonly ThinnedPicture[]): number {
  const sizes = new Map(pictures.map(({ content, bytes }) => [content, bytes]));
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

function digestOf(content: Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

function missingSentence(where: string, expected: number | undefined, found: number): string | undefined {
  return found === expected ? undefined : `${where}: ${found} of its ${expected ?? 0} kept pictures found`;
}

function assertWhole({ name, step, whole }: KeptRow, where: string): void {
  if (whole !== 1) throw damaged(`${where}, picture ${name} of step ${step} does not match its checksum`);
}
