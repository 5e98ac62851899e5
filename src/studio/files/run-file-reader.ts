/** Reads the tables of a run file of others. Every problem is an Error whose message is the reason. */
import { isDeepStrictEqual } from 'node:util';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { counted } from '../../shared/counted.ts';
import { bytesPerNumber, regularSteps, toColumn } from '../store/columns.ts';
import type { Series } from '../store/types.ts';
import { ContentDigest } from './content-digest.ts';
import type { FileTensor } from './content-digest.ts';
import {
  blockRowSchema,
  expectedSchema,
  parameterRowSchema,
  runFileBlockLength,
  runFileLimits,
  runFileVersion,
  schemaOf,
  seriesRowSchema,
  shapeSchema,
} from './run-file-format.ts';
import {
  pictureBytes,
  pictureFileLimits,
  picturesIn,
  verifyPictures,
  type SamePictures,
} from './run-file-pictures.ts';
import { parseUntrusted } from './safe-json.ts';

/** A series as a file declares it. */
interface DeclaredSeries {
  readonly id: number;
  readonly name: string;
  readonly count: number;
}

/** What has been read so far, and what there is to read. */
export type ReadProgress = (done: number, total: number) => void;

/** One file, piece by piece: nothing of it is in memory but one block or one parameter at a time. */
export class RunFileReader {
  readonly #db: Database.Database;
  readonly #declared: readonly DeclaredSeries[];
  readonly #hasPictures: boolean;
  readonly #shapes: Omit<FileTensor, 'bytes'>[] = [];
  /** Parsed JSON, not checked yet. */
  readonly run: unknown;
  readonly comparison: unknown;

  /**
   * Everything but the records is checked here, to the last number, before anything of it is given out.
   * @throws Error with the reason
   */
  constructor(db: Database.Database, onProgress: ReadProgress = () => undefined) {
    this.#db = db;
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    db.pragma('mmap_size = 0');
    db.pragma('query_only = ON');
    this.#hasPictures = db.pragma('user_version', { simple: true }) === runFileVersion.withPictures;
    if (!isDeepStrictEqual(schemaOf(db), expectedSchema(this.#hasPictures)))
      throw new Error('its tables are not those of a run file');
    const report = db.pragma('quick_check(1)', { simple: true });
    if (report !== 'ok') throw new Error(`it is damaged (${String(report)})`);
    assertLengths(db, runFileLimits.cellBytes);
    if (this.#hasPictures) assertLengths(db, pictureFileLimits.cellBytes);
    const records = readRecords(db);
    this.#declared = readDeclared(db);
    this.#verify(records, onProgress);
    this.run = parsed(records.run, 'run');
    this.comparison = parsed(records.comparison, 'comparison');
  }

  get series(): readonly { readonly name: string; readonly count: number }[] {
    return this.#declared.map(({ name, count }) => ({ name, count }));
  }

  /** Points of one series after the other, at most a block at a time. */
  *points(): Generator<{ readonly name: string; readonly points: Series }> {
    for (const declared of this.#declared)
      for (const points of blocksOf(this.#db, declared)) yield { name: declared.name, points };
  }

  parameters(): Generator<FileTensor> {
    return parametersOf(this.#db);
  }

  /** Kept pictures; those that show the same together. */
  *pictures(): Generator<SamePictures, void, void> {
    if (this.#hasPictures) yield* picturesIn(this.#db);
  }

  /** Names and shapes of the parameters, in their order. */
  get declaredParameters(): readonly Omit<FileTensor, 'bytes'>[] {
    return this.#shapes;
  }

  #verify(records: { run: string; comparison: string }, onProgress: ReadProgress): void {
    const digest = new ContentDigest(records);
    const sizes = this.#db.prepare<[], number>('SELECT coalesce(sum(octet_length(data)), 0) FROM parameters');
    const points = this.#declared.reduce((sum, { count }) => sum + count, 0);
    const pictures = this.#hasPictures ? pictureBytes(this.#db) : 0;
    const total = 2 * points * bytesPerNumber + (sizes.pluck().get() ?? 0) + pictures;
    let done = 0;
    const told = (bytes: number) => {
      done += bytes;
      onProgress(done, total);
    };
    for (const declared of this.#declared.toSorted(({ name: a }, { name: b }) => (a < b ? -1 : 1))) {
      digest.beginSeries(declared.name, declared.count);
      for (const { steps } of blocksOf(this.#db, declared)) {
        digest.add(steps);
        told(steps.byteLength);
      }
      digest.beginColumn(declared.count);
      for (const { values } of blocksOf(this.#db, declared)) {
        digest.add(values);
        told(values.byteLength);
      }
    }
    for (const tensor of parametersOf(this.#db)) {
      digest.addParameter(tensor);
      this.#shapes.push({ name: tensor.name, shape: tensor.shape });
      told(tensor.bytes.length);
    }
    if (this.#hasPictures) verifyPictures(this.#db, digest, told);
    const stored = this.#db.prepare<[]>('SELECT sha256 FROM content').pluck().all();
    if (stored.length !== 1 || !(stored[0] instanceof Uint8Array) || !digest.value().equals(stored[0])) {
      throw new Error('it is damaged (its content does not match its checksum)');
    }
  }
}

/** Lengths are looked at first (SQLite knows them without reading the cell), so that nothing huge is ever loaded. */
function assertLengths(db: Database.Database, limits: Readonly<Record<string, number>>): void {
  for (const [cell, longest] of Object.entries(limits)) {
    const [table, column] = cell.split('.');
    const tooLong = db
      .prepare(`SELECT count(*) FROM ${table} WHERE octet_length(${column}) > ${longest}`)
      .pluck()
      .get();
    if (tooLong !== 0) throw new Error(`its ${cell} is longer than ${longest} bytes`);
  }
}

function readRecords(db: Database.Database): { run: string; comparison: string } {
  const kinds = db.prepare('SELECT kind FROM records ORDER BY kind LIMIT 3').pluck().all();
  if (!isDeepStrictEqual(kinds, ['comparison', 'run']))
    throw new Error('its records are not one comparison and one run');
  const select = db.prepare<[string]>('SELECT json FROM records WHERE kind = ?').pluck();
  return { run: z.string().parse(select.get('run')), comparison: z.string().parse(select.get('comparison')) };
}

function parsed(json: string, what: string): unknown {
  try {
    return parseUntrusted(json);
  } catch (error) {
    throw new Error(`its ${what} record is refused: ${(error as Error).message}`, { cause: error });
  }
}

function readDeclared(db: Database.Database): readonly DeclaredSeries[] {
  const rows = db
    .prepare(`SELECT id, name, count FROM series ORDER BY id LIMIT ${runFileLimits.series + 1}`)
    .all();
  const checked = z.array(seriesRowSchema).max(runFileLimits.series).safeParse(rows);
  if (!checked.success) throw new Error('its list of series is not valid');
  const orphans = db
    .prepare('SELECT count(*) FROM blocks WHERE series NOT IN (SELECT id FROM series)')
    .pluck()
    .get();
  if (orphans !== 0) throw new Error('it has blocks that belong to no series');
  const bytes = db
    .prepare<[number]>('SELECT sum(octet_length(value_data)) FROM blocks WHERE series = ?')
    .pluck();
  for (const { id, name, count } of checked.data) {
    if (bytes.get(id) !== count * bytesPerNumber)
      throw new Error(`series ${name} does not have the ${counted(count, 'point')} it declares`);
  }
  return checked.data;
}

/** `count` is known to be what the blocks hold together, so that no memory is taken that the file does not fill. */
function* blocksOf(db: Database.Database, { id, name, count }: DeclaredSeries): Generator<Series> {
  const blocks = db.prepare<[number]>(
    'SELECT first_step, count, stride, step_data, value_data FROM blocks WHERE series = ? ORDER BY first_step',
  );
  let place = 0;
  let last = -1;
  for (const row of blocks.iterate(id)) {
    const block = blockRowSchema.safeParse(row);
    const length = Math.min(runFileBlockLength, count - place) * bytesPerNumber;
    const fits =
      block.success &&
      block.data.count * bytesPerNumber === length &&
      block.data.value_data.byteLength === length;
    if (!fits || (block.data.stride === null) !== (block.data.step_data?.byteLength === length)) {
      throw new Error(`series ${name} has a block whose length is not the declared one`);
    }
    const { first_step: first, stride, step_data: stepData, value_data: valueData } = block.data;
    const steps = stepData === null ? regularSteps(first, stride ?? 1, block.data.count) : toColumn(stepData);
    if (steps[0] !== first) throw new Error(`series ${name} has a block that begins elsewhere than it says`);
    for (const step of steps) {
      if (!Number.isSafeInteger(step) || step <= last) {
        throw new Error(`series ${name} is not sorted: step ${step} comes after step ${last}`);
      }
      last = step;
    }
    place += block.data.count;
    yield { steps, values: toColumn(valueData) };
  }
}

function* parametersOf(db: Database.Database): Generator<FileTensor> {
  const count = db.prepare<[], number>('SELECT count(*) FROM parameters').pluck().get();
  if (count === undefined || count > runFileLimits.parameters) {
    throw new Error(`it has more than ${runFileLimits.parameters} parameters`);
  }
  for (const row of db.prepare('SELECT name, shape, data FROM parameters ORDER BY id').iterate()) {
    const parameter = parameterRowSchema.safeParse(row);
    if (!parameter.success) throw new Error('one of its parameters is not valid');
    const { name, data } = parameter.data;
    const shape = shapeSchema.safeParse(parsed(parameter.data.shape, `parameter ${name}`));
    const elements = shape.success ? shape.data.reduce((product, size) => product * size, 1) : NaN;
    if (!shape.success || elements * Float32Array.BYTES_PER_ELEMENT !== data.byteLength) {
      throw new Error(`parameter ${name} has ${data.byteLength} bytes, which does not match its shape`);
    }
    yield { name, shape: shape.data, bytes: Uint8Array.from(data) };
  }
}
