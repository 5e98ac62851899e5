/** The pictures of a run file: what version 2 of the format has beside the tables of version 1. */
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { sha256 } from '../../node/digest.ts';
import { unpackPicture } from '../../node/picture-content.ts';
import { AppError } from '../../shared/errors.ts';
import { keptLimits, keptPictureSchema, type KeptPicture } from '../../shared/pictures/kept.ts';
import { MOST_PICTURE_BYTES } from '../../shared/pictures/picture.ts';
import type { ContentDigest } from './content-digest.ts';
import { parseUntrusted } from './safe-json.ts';

/** Bounds for files of others, beside those of a run (`keptLimits`). */
export const pictureFileLimits = {
  pictures: 10_000,
  /** Values in the JSON of one: more than its bytes have room for. */
  values: MOST_PICTURE_BYTES,
  cellBytes: {
    'pictures.name': 64,
    'picture_contents.data': keptLimits.bytes,
  },
} as const;

/** Pictures that show the same. */
export interface SamePictures {
  readonly kept: Omit<KeptPicture, 'content'>[];
  readonly content: Uint8Array;
}

function samePictures(pictures: Iterable<KeptPicture>): readonly SamePictures[] {
  const byContent = Map.groupBy(pictures, ({ content }) => sha256(content));
  return [...byContent.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : [{ kept: same.map(({ name, step }) => ({ name, step })), content: first.content }];
  });
}

/** Within the writer's transaction. @throws AppError validation of what `verifyPictures` would refuse */
export function writePictures(
  db: Database.Database,
  pictures: readonly KeptPicture[],
  digest: ContentDigest,
): void {
  const insertContent = db.prepare('INSERT INTO picture_contents (id, data) VALUES (?, ?)');
  const insert = db.prepare('INSERT INTO pictures (name, step, content) VALUES (?, ?, ?)');
  for (const [index, { kept, content }] of samePictures(pictures).entries()) {
    insertContent.run(index + 1, content);
    for (const { name, step } of kept) insert.run(name, step, index + 1);
  }
  try {
    verifyPictures(db, digest);
  } catch (error) {
    throw new AppError('validation', `the run's pictures cannot be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Looks at every picture, and adds all of them to the digest.
 * @param onProgress bytes that have been looked at
 * @throws Error with the reason
 */
export function verifyPictures(
  db: Database.Database,
  digest: ContentDigest,
  onProgress: (bytes: number) => void = () => undefined,
): void {
  if (pictureBytes(db) > keptLimits.bytes)
    throw new Error(`its pictures take more than the ${keptLimits.bytes} bytes that a run may keep`);
  const rows = readRows(db);
  const steps = Map.groupBy(rows, ({ name }) => name);
  for (const [name, { length }] of steps)
    if (length > keptLimits.steps)
      throw new Error(
        `it has the picture ${name} of ${length} steps, more than the ${keptLimits.steps} of a run`,
      );
  const named = new Map(rows.map(({ content, name }) => [content, name]));
  for (const [id, content] of contentsOf(db)) {
    const name = named.get(id);
    if (name === undefined) throw new Error('it holds the content of a picture that it does not list');
    named.delete(id);
    assertPicture(content, name);
    digest.addPiece(content);
    onProgress(content.byteLength);
  }
  const [missing] = named.values();
  if (missing !== undefined) throw new Error(`its picture ${missing} has no content`);
  for (const { name, step, content } of rows) digest.addPiece(Buffer.from(`${name} ${step} ${content}`));
}

function assertPicture(content: Uint8Array, name: string): void {
  try {
    unpackPicture(content, name, (json) => parseUntrusted(json, pictureFileLimits.values));
  } catch (error) {
    throw new Error(`its picture ${name} is refused: ${(error as Error).message}`, { cause: error });
  }
}

/** Of a database that was verified. */
export function* picturesIn(db: Database.Database): Generator<SamePictures, void, void> {
  const rows = Map.groupBy(readRows(db), ({ content }) => content);
  for (const [id, content] of contentsOf(db))
    yield { kept: (rows.get(id) ?? []).map(({ name, step }) => ({ name, step })), content };
}

/** Of all contents. */
export function pictureBytes(db: Database.Database): number {
  const sum = db.prepare<[], number>('SELECT coalesce(sum(octet_length(data)), 0) FROM picture_contents');
  return sum.pluck().get() ?? 0;
}

const rowSchema = keptPictureSchema.extend({ content: z.int() });

/** By name and step. */
function readRows(db: Database.Database): readonly z.infer<typeof rowSchema>[] {
  const most = pictureFileLimits.pictures;
  const rows = db
    .prepare(`SELECT name, step, content FROM pictures ORDER BY name, step LIMIT ${most + 1}`)
    .all();
  if (rows.length > most) throw new Error(`it has more than ${most} pictures`);
  const checked = z.array(rowSchema).safeParse(rows);
  if (!checked.success) throw new Error('its list of pictures is not valid');
  return checked.data;
}

function* contentsOf(db: Database.Database): Generator<readonly [number, Uint8Array], void, void> {
  const rows = db.prepare<[], { id: number; data: Uint8Array }>(
    'SELECT id, data FROM picture_contents ORDER BY id',
  );
  for (const { id, data } of rows.iterate()) yield [id, data];
}
