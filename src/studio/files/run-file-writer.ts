import type Database from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import type { KeptPicture } from '../../shared/pictures/kept.ts';
import { assertPoints, strideOf, toBlob } from '../store/columns.ts';
import type { Series } from '../store/types.ts';
import { contentDigest } from './content-digest.ts';
import type { FileTensor } from './content-digest.ts';
import {
  parameterRowSchema,
  runFileApplicationId,
  runFileBlockLength,
  runFilePicturesSchema,
  runFileSchema,
  runFileVersion,
  seriesRowSchema,
  shapeSchema,
} from './run-file-format.ts';
import { writePictures } from './run-file-pictures.ts';

/** Fills an empty database with a run, in one transaction. */
export function writeContent(
  db: Database.Database,
  records: { readonly run: string; readonly comparison: string },
  series: Readonly<Record<string, Series>>,
  parameters: readonly FileTensor[],
  pictures: readonly KeptPicture[] = [],
): void {
  db.transaction(() => {
    db.pragma(`application_id = ${runFileApplicationId}`);
    db.pragma(`user_version = ${pictures.length > 0 ? runFileVersion.withPictures : runFileVersion.plain}`);
    db.exec(runFileSchema);
    if (pictures.length > 0) db.exec(runFilePicturesSchema);
    const insertRecord = db.prepare('INSERT INTO records (kind, json) VALUES (?, ?)');
    insertRecord.run('comparison', records.comparison);
    insertRecord.run('run', records.run);
    const measured = Object.entries(series).filter(([, { steps }]) => steps.length > 0);
    for (const [name, points] of measured) writeSeries(db, name, points);
    for (const tensor of parameters) writeParameter(db, tensor);
    const digest = contentDigest(records, Object.fromEntries(measured), parameters);
    if (pictures.length > 0) writePictures(db, pictures, digest);
    db.prepare('INSERT INTO content (sha256) VALUES (?)').run(digest.value());
  })();
}

function writeSeries(db: Database.Database, name: string, series: Series): void {
  if (!seriesRowSchema.shape.name.safeParse(name).success) {
    throw new AppError(
      'validation',
      `series ${JSON.stringify(name)}: a name is a letter and then letters, digits, _ . or -`,
    );
  }
  assertPoints(series, `series ${name}`);
  const count = series.steps.length;
  const id = db.prepare('INSERT INTO series (name, count) VALUES (?, ?)').run(name, count).lastInsertRowid;
  const insert = db.prepare(
    'INSERT INTO blocks (series, first_step, count, stride, step_data, value_data) VALUES (?, ?, ?, ?, ?, ?)',
  );
  for (let start = 0; start < count; start += runFileBlockLength) {
    const steps = series.steps.subarray(start, start + runFileBlockLength);
    const values = series.values.subarray(start, start + runFileBlockLength);
    const stride = strideOf(steps);
    insert.run(id, steps[0], steps.length, stride, stride === null ? toBlob(steps) : null, toBlob(values));
  }
}

function writeParameter(db: Database.Database, { name, shape, bytes }: FileTensor): void {
  const row = { name, shape: JSON.stringify(shape), data: bytes };
  const elements = shape.reduce((product, size) => product * size, 1);
  if (
    !parameterRowSchema.safeParse(row).success ||
    !shapeSchema.safeParse(shape).success ||
    elements * Float32Array.BYTES_PER_ELEMENT !== bytes.length
  ) {
    throw new AppError(
      'validation',
      `parameter ${JSON.stringify(name)}: shape [${shape.join(', ')}] does not fit ${bytes.length} bytes, or the name is not 1 to 256 characters long`,
    );
  }
  db.prepare('INSERT INTO parameters (name, shape, data) VALUES (@name, @shape, @data)').run(row);
}
