/**
 * Reads TensorBoard's event files for tests, from the description of the formats alone: TFRecord framing with both checksums compared,
 * and the protocol buffers of Event, Summary and Value. CRC-32C bit by bit, by its polynomial.
 */

interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  /** Of the first event. */
  readonly version: string | undefined;
  readonly scalars: Readonly<Record<string, number>>;
}

export function readEventFile(file: Buffer): readonly ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length;) {
    const length = Number(file.readBigUInt64LE(at));
    compare(file.subarray(at, at + 8), file.readUInt32LE(at + 8), `length at ${at}`);
    const data = file.subarray(at + 12, at + 12 + length);
    compare(data, file.readUInt32LE(at + 12 + length), `data at ${at}`);
    events.push(readEvent(data));
    at += 16 + length;
  }
  return events;
}

export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of data) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  return Number(crc ^ 0xffffffffn);
}

export function maskedCrc(data: Uint8Array): number {
  const crc = BigInt(crc32c(data));
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
}

function compare(data: Uint8Array, stored: number, what: string): void {
  if (maskedCrc(data) !== stored) throw new Error(`the checksum of the ${what} is wrong`);
}

function readEvent(data: Buffer): ReadEvent {
  const fields = readFields(data);
  const summary = fields.find(({ field }) => field === 5);
  const values = summary === undefined ? [] : readFields(summary.bytes).map(({ bytes }) => readFields(bytes));
  const scalars = values.map((parts): [string, number] => [
    parts.find(({ field }) => field === 1)!.bytes.toString('utf8'),
    parts.find(({ field }) => field === 2)!.bytes.readFloatLE(),
  ]);
  return {
    wallTime: fields.find(({ field }) => field === 1)!.bytes.readDoubleLE(),
    step: Number(fields.find(({ field }) => field === 2)?.varint ?? 0n),
    version: fields.find(({ field }) => field === 3)?.bytes.toString('utf8'),
    scalars: Object.fromEntries(scalars),
  };
}

interface Field {
  readonly field: number;
  readonly varint: bigint;
  readonly bytes: Buffer;
}

function readFields(data: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = data[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < data.length) {
    const key = Number(varint());
    const [field, wireType] = [key >> 3, key & 7];
    if (wireType === 0) {
      fields.push({ field, varint: varint(), bytes: Buffer.alloc(0) });
      continue;
    }
    const length = { 1: 8, 2: 0, 5: 4 }[wireType];
    if (length === undefined) throw new Error(`wire type ${wireType} is none of the format's`);
    const size = wireType === 2 ? Number(varint()) : length;
    fields.push({ field, varint: 0n, bytes: data.subarray(at, at + size) });
    at += size;
  }
  return fields;
}
