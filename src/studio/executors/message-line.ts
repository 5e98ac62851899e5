/**
 * One message of a task as a line of its file: `<CRC-32, 8 hexadecimal digits> <JSON>\n`. Numbers of points are bytes in base64 (doubles,
 * little-endian), so that NaN and every bit survive; pictures likewise.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { fromTrainingSchema, type FromRun } from '../../shared/training-session.ts';
import { toBlob, toColumn } from '../store/columns.ts';

/** A line begins with so many, and a space. */
export const CHECKSUM_DIGITS = 8;

const base64 = z.base64();
const writtenMetricsSchema = z.looseObject({
  type: z.literal('metrics'),
  points: z.array(z.looseObject({ steps: base64, values: base64 })),
  pictures: z.array(z.looseObject({ content: base64 })),
});

/** One message as its line, with the line break. */
export function lineOf(message: FromRun): Buffer {
  const json = Buffer.from(JSON.stringify(message.type === 'metrics' ? written(message) : message));
  return Buffer.concat([Buffer.from(`${checksumOf(json)} `), json, Buffer.from('\n')]);
}

function checksumOf(json: Uint8Array): string {
  return crc32(json).toString(16).padStart(CHECKSUM_DIGITS, '0');
}

function written(message: Extract<FromRun, { type: 'metrics' }>): z.infer<typeof writtenMetricsSchema> {
  const points = message.points.map(({ series, steps, values }) => ({
    series,
    steps: textOf(steps),
    values: textOf(values),
  }));
  const pictures = message.pictures.map((one) => ({
    ...one,
    content: Buffer.from(one.content).toString('base64'),
  }));
  return { ...message, points, pictures };
}

function textOf(column: Float64Array): string {
  return Buffer.from(toBlob(column)).toString('base64');
}

function columnIn(text: string): Float64Array {
  // Of a buffer of its own: Node's small ones are pieces of a shared one.
  return toColumn(Uint8Array.from(Buffer.from(text, 'base64')));
}

/** @param line without its line break. @throws Error that says what is wrong with it */
export function messageIn(line: Buffer): FromRun {
  const json = line.subarray(CHECKSUM_DIGITS + 1);
  if (line.toString('latin1', 0, CHECKSUM_DIGITS + 1) !== `${checksumOf(json)} `)
    throw new Error('its checksum differs');
  const parsed: unknown = JSON.parse(json.toString());
  const metrics = writtenMetricsSchema.safeParse(parsed);
  const raw = metrics.success
    ? {
        ...metrics.data,
        points: metrics.data.points.map((one) => ({
          ...one,
          steps: columnIn(one.steps),
          values: columnIn(one.values),
        })),
        pictures: metrics.data.pictures.map((one) => ({
          ...one,
          content: new Uint8Array(Buffer.from(one.content, 'base64')),
        })),
      }
    : parsed;
  const checked = fromTrainingSchema.safeParse(raw);
  if (!checked.success) throw new Error('this version of the studio does not know such a message');
  if (checked.data.type === 'free') throw new Error('it is a message about no run');
  return checked.data;
}

/** What a line says its checksum is: by it the line is known again. */
export function checksumIn(line: Buffer): string {
  return line.toString('latin1', 0, CHECKSUM_DIGITS);
}
