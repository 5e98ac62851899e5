/** Arrays as NumPy saves them, for tests: what `numpy.lib.format` says, written apart from the reader. */
const HEADERS = { 1: 10, 2: 12, 3: 12 } as const;

/** @param data the numbers' bytes, in the order that the header says */
export function npyFile(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  { version = 1, fortran = false }: { version?: 1 | 2 | 3; fortran?: boolean } = {},
): Uint8Array {
  const order = fortran ? 'True' : 'False';
  const dict = `{'descr': ${descr.startsWith('[') ? descr : `'${descr}'`}, 'fortran_order': ${order}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const start = HEADERS[version];
  const padded = `${dict.padEnd(Math.ceil((start + dict.length + 1) / 64) * 64 - start - 1)}\n`;
  const bytes = Buffer.alloc(start + padded.length + data.length);
  bytes.write('\u0093NUMPY', 0, 'latin1');
  bytes[6] = version;
  if (version === 1) bytes.writeUInt16LE(padded.length, 8);
  else bytes.writeUInt32LE(padded.length, 8);
  bytes.write(padded, start, 'latin1');
  bytes.set(data, start + padded.length);
  return bytes;
}

/** An array of doubles, row by row. */
export function doublesFile(shape: readonly number[], values: readonly number[]): Uint8Array {
  return npyFile('<f8', shape, new Uint8Array(Float64Array.from(values).buffer));
}
