/**
 * The format of a run file (`.gsrun`): one SQLite database, rollback-journal mode, UTF-8.
 *
 *   records     `run` and `comparison` as JSON (src/shared/run.ts): config, settings, seed, environment, last metrics, notes
 *   series      one row per metric
 *   blocks      its points in step order, 65 536 a block but the last; doubles, little-endian. Steps with one distance are
 *               kept as `stride`, others as `step_data`
 *   parameters  final parameters: shape as JSON list, row-major 32-bit floats, little-endian
 *   pictures    version 2 alone: name, step and content of each kept picture
 *   picture_contents  version 2 alone: what they show, compressed JSON (src/node/picture-content.ts), what is the same once
 *   content     SHA-256 of all of the above (content-digest.ts): SQLite itself does not notice a flipped bit in a value
 *
 * A file without pictures is written as version 1, which earlier studios open.
 */
import Database from 'better-sqlite3';
import { z } from 'zod';
import { pointsSchema } from '../../shared/training-session.ts';

/** "GSRN", Gumbel Studio run, at offset 68 of the file. */
export const runFileApplicationId = 0x4753524e;
export const runFileVersion = { plain: 1, withPictures: 2 } as const;
export const runFileBlockLength = 65_536;

export const runFileSchema = `
  CREATE TABLE records (kind TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, count INTEGER NOT NULL) STRICT;
  CREATE TABLE blocks (
    series INTEGER NOT NULL REFERENCES series,
    first_step INTEGER NOT NULL,
    count INTEGER NOT NULL,
    stride INTEGER,
    step_data BLOB,
    value_data BLOB NOT NULL,
    PRIMARY KEY (series, first_step)
  ) STRICT;
  CREATE TABLE parameters (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, shape TEXT NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE content (sha256 BLOB NOT NULL) STRICT;
`;

export const runFilePicturesSchema = `
  CREATE TABLE picture_contents (id INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT;
  CREATE TABLE pictures (
    name TEXT NOT NULL,
    step INTEGER NOT NULL,
    content INTEGER NOT NULL REFERENCES picture_contents,
    PRIMARY KEY (name, step)
  ) STRICT, WITHOUT ROWID;
`;

/** Bounds for files of others: what is beyond them is refused before memory is taken for it. */
export const runFileLimits = {
  bytes: 1024 ** 3,
  series: 10_000,
  parameters: 10_000,
  /** Bytes of one cell, by table and column. */
  cellBytes: {
    'records.kind': 16,
    'records.json': 8 * 1024 ** 2,
    'series.name': 64,
    'blocks.step_data': 8 * runFileBlockLength,
    'blocks.value_data': 8 * runFileBlockLength,
    'parameters.name': 1024,
    'parameters.shape': 1024,
    'content.sha256': 32,
  },
} as const;

const wholeNumber = z.int().nonnegative();
const blob = z.instanceof(Uint8Array);

export const seriesRowSchema = z.object({
  id: wholeNumber,
  name: pointsSchema.shape.series,
  count: z.int().positive(),
});
export const blockRowSchema = z.object({
  first_step: wholeNumber,
  count: z.int().positive().max(runFileBlockLength),
  stride: z.int().positive().nullable(),
  step_data: blob.nullable(),
  value_data: blob,
});
export const parameterRowSchema = z.object({
  name: z.string().min(1).max(256),
  shape: z.string().max(1024),
  data: blob,
});
export const shapeSchema = z.array(wholeNumber).max(16);

/** `sqlite_schema` of a database, the text that SQLite keeps of every table and index. */
export function schemaOf(db: Database.Database): unknown {
  return db.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').raw().all();
}

/** `sqlite_schema` as every run file has it, of either version. */
export function expectedSchema(withPictures: boolean): unknown {
  const db = new Database(':memory:');
  try {
    return schemaOf(db.exec(withPictures ? runFileSchema + runFilePicturesSchema : runFileSchema));
  } finally {
    db.close();
  }
}
