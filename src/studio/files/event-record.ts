/**
 * Records of TensorBoard's event files: scalars in protocol buffers, framed as TFRecord.
 *
 * Source: TensorFlow 2, `tensorflow/core/util/event.proto` and `tensorflow/core/framework/summary.proto` (fields below),
 * `tensorflow/core/lib/io/record_writer.h` (framing) and `tensorflow/core/lib/hash/crc32c.h` (mask); Castagnoli, Brauer, Herrmann,
 * "Optimization of cyclic redundancy-check codes with 24 and 32 parity bits", IEEE Transactions on Communications 41, 1993 (CRC-32C);
 * "Protocol Buffers Documentation: Encoding", protobuf.dev (varints and wire types).
 *
 *   Event   1 double wall_time, 2 int64 step, 3 string file_version | 5 Summary summary
 *   Summary 1 repeated Value;  Value 1 string tag, 2 float simple_value
 *   record  uint64 length, uint32 masked CRC of these 8 bytes, the event, uint32 masked CRC of the event; all little endian
 */

/** Reflected generator polynomial of CRC-32C. */
const POLYNOMIAL = 0x82f63b78;
const MASK_DELTA = 0xa282ead8;
/** What every file begins with. */
const FILE_VERSION = 'brain.Event:2';

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ ((remainder & 1) * POLYNOMIAL);
  return remainder;
});

export interface Scalar {
  readonly tag: string;
  readonly value: number;
}

/** The record that a file begins with. @param wallTime seconds since 1970 */
export function versionRecord(wallTime: number): Buffer {
  return framed(Buffer.concat([double(1, wallTime), bytes(3, Buffer.from(FILE_VERSION))]));
}

/**
 * What was measured at one step. Values become single precision, as the format has them; NaN and infinities stay.
 * @param wallTime seconds since 1970
 * @param step a whole number, 0 or more
 */
export function scalarsRecord(wallTime: number, step: number, scalars: readonly Scalar[]): Buffer {
  const summary = scalars.map(({ tag, value }) =>
    bytes(1, Buffer.concat([bytes(1, Buffer.from(tag)), float(2, value)])),
  );
  return framed(
    Buffer.concat([double(1, wallTime), key(2, 0), varint(step), bytes(5, Buffer.concat(summary))]),
  );
}

/** One record of a file. */
export function framed(event: Buffer): Buffer {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(event.length));
  return Buffer.concat([length, crcOf(length), event, crcOf(event)]);
}

function crcOf(data: Buffer): Buffer {
  const encoded = Buffer.alloc(4);
  encoded.writeUInt32LE(maskedCrc(data));
  return encoded;
}

/** Masked: a CRC of data that hold CRCs would say little. */
export function maskedCrc(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (crc >>> 8) ^ TABLE[(crc ^ byte) & 0xff]!;
  crc = ~crc >>> 0;
  const rotated = ((crc >>> 15) | (crc << 17)) >>> 0;
  return (rotated + MASK_DELTA) >>> 0;
}

/** Number and wire type of a field: 0 varint, 1 eight bytes, 2 a length and so many bytes, 5 four bytes. */
function key(field: number, wireType: number): Buffer {
  return Buffer.of((field << 3) | wireType);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([key(field, 2), varint(content.length), content]);
}

function double(field: number, value: number): Buffer {
  const encoded = Buffer.alloc(8);
  encoded.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), encoded]);
}

function float(field: number, value: number): Buffer {
  const encoded = Buffer.alloc(4);
  encoded.writeFloatLE(value);
  return Buffer.concat([key(field, 5), encoded]);
}

/** Seven bits a byte, the lowest first. @param value a whole number from 0 to 2^53 */
function varint(value: number): Buffer {
  const encoded: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    encoded.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...encoded, rest]);
}
