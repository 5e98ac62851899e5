/**
 * Scalars of TensorBoard's event files (`event-record.ts` says the format and its sources). Both ways of writing them are read:
 * `simple_value`, and a tensor of one number (TensorFlow 2, `tf.summary.scalar`), which is also what has hparams and texts, and these
 * are left out.
 *
 * A file that is being written, or whose program was killed, ends within a record: what is whole before counts. A record whose
 * checksum is wrong ends the file too, unless it is the first: then it is no event file.
 */
import { AppError } from '../../../shared/errors.ts';
import { maskedCrc } from '../event-record.ts';

export interface EventScalar {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
  /** Seconds since 1970. */
  readonly wallTime: number;
}

/** A record's length and its CRC before it, and one CRC after it. */
const HEAD = 12;
const TAIL = 4;
const LARGEST_RECORD = 64 * 2 ** 20;

/** Does a file begin with a whole record? */
export function beginsAsEvents(bytes: Buffer): boolean {
  const length = recordLength(bytes, 0);
  return length !== null && bytes.length >= HEAD;
}

/** @throws AppError validation if it is no event file. */
export function* readEvents(bytes: Buffer, file: string): Generator<EventScalar> {
  for (let at = 0; at < bytes.length;) {
    const length = recordLength(bytes, at);
    const whole = length !== null && at + HEAD + length + TAIL <= bytes.length;
    const event = whole ? bytes.subarray(at + HEAD, at + HEAD + length) : null;
    if (event === null || maskedCrc(event) !== bytes.readUInt32LE(at + HEAD + length!)) {
      if (at > 0) return;
      throw new AppError(
        'validation',
        `${file}: expected a TensorBoard event file, but its first record is damaged.`,
      );
    }
    yield* scalarsOf(event);
    at += HEAD + length! + TAIL;
  }
}

function recordLength(bytes: Buffer, at: number): number | null {
  if (at + HEAD > bytes.length) return null;
  const length = bytes.readBigUInt64LE(at);
  if (length > LARGEST_RECORD || maskedCrc(bytes.subarray(at, at + 8)) !== bytes.readUInt32LE(at + 8))
    return null;
  return Number(length);
}

function* scalarsOf(event: Buffer): Generator<EventScalar> {
  let [wallTime, step] = [0, 0];
  const values: Buffer[] = [];
  for (const { field, number, content } of fields(event)) {
    if (field === 1 && content?.length === 8) wallTime = content.readDoubleLE();
    else if (field === 2) step = number;
    else if (field === 5 && content !== null)
      for (const value of fields(content))
        if (value.field === 1 && value.content !== null) values.push(value.content);
  }
  for (const value of values) {
    let tag = '';
    let found: number | null = null;
    for (const { field, content } of fields(value)) {
      if (content === null) continue;
      if (field === 1) tag = content.toString('utf8');
      else if (field === 2 && content.length === 4) found = content.readFloatLE();
      else if (field === 8) found = scalarTensor(content);
    }
    if (found !== null && tag !== '') yield { tag, step, value: found, wallTime };
  }
}

/** TensorProto: 1 dtype (1 float, 2 double), 2 shape, 4 content, 5 floats, 6 doubles. Null of anything but one real number. */
function scalarTensor(tensor: Buffer): number | null {
  let type = 0;
  let found: number | null = null;
  for (const { field, number, content } of fields(tensor)) {
    if (field === 1) type = number;
    else if (field === 2 && content !== null && content.length > 0) return null;
    else if (content === null) continue;
    else if ((field === 4 || field === 5) && content.length === 4) found = content.readFloatLE();
    else if ((field === 4 || field === 6) && content.length === 8) found = content.readDoubleLE();
  }
  return type === 1 || type === 2 ? found : null;
}

interface Field {
  readonly field: number;
  /** Of a varint. */
  readonly number: number;
  /** Of all other fields. */
  readonly content: Buffer | null;
}

/** Fields of a message, as far as it can be read. */
function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 64 && at < message.length; shift += 7) {
      const byte = message[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    at = message.length + 1;
    return 0;
  };
  while (at < message.length) {
    const key = varint();
    const [field, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) {
      yield { field, number: varint(), content: null };
      continue;
    }
    const size = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? varint() : Infinity;
    if (at + size > message.length) return;
    yield { field, number: 0, content: message.subarray(at, at + size) };
    at += size;
  }
}
