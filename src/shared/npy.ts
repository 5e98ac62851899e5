/**
 * Arrays that NumPy saved (`.npy`): whole and real numbers in either byte order, in C or Fortran order, versions 1 to 3.
 * Source: numpy.lib.format, "Format Version 1.0" to "3.0". What pickle wrote (object arrays) is program code, and is refused.
 */
import { AppError } from './errors.ts';

export interface NumberArray {
  /** Of a table: rows, columns. */
  readonly shape: readonly number[];
  /** Row by row: the last index runs fastest. */
  readonly values: Float64Array;
  /** Where a value stands, as a message names it: `line 3, column 2 (price)`, or `entry [2, 1]`. @param index in `values` */
  place(index: number): string;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** More dimensions than anything here has. */
const MOST_DIMENSIONS = 8;

type Read = (view: DataView, at: number, little: boolean) => number;

/** By NumPy's letter and size in bytes. */
const types: Readonly<Record<string, Read>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/** Does a file begin as NumPy's arrays do? */
export function isNpy(start: Uint8Array): boolean {
  return MAGIC.every((byte, i) => start[i] === byte);
}

/**
 * @param file its name, for messages
 * @throws AppError validation that names the file and what is wrong with it
 */
export function readNpy(bytes: Uint8Array, file: string): NumberArray {
  const refuse = (found: string, remedy: string): never => {
    throw new AppError(
      'validation',
      `${file}: expected an array of numbers saved by NumPy, found ${found}; ${remedy}.`,
    );
  };
  const damaged = (what: string) => refuse(what, 'save it again with numpy.save');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = bytes[6] ?? 0;
  const start = version === 1 ? 10 : 12;
  if (version < 1 || version > 3)
    return damaged(`version ${version} of the format, of which only 1 to 3 are known`);
  if (bytes.length < start) return damaged('a file that ends within its header');
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > 65_536 || start + length > bytes.length) return damaged('a file that ends within its header');
  const header = new TextDecoder().decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shapeText = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  if (descr === undefined && /'descr'\s*:\s*\[/.test(header))
    return refuse('an array of records', 'save one plain array, e.g. with astype(float)');
  if (descr === undefined || order === undefined || shapeText === undefined)
    return damaged('a header that is not one of NumPy');
  if (/^[|<>=]?O/.test(descr))
    return refuse(
      'an array of Python objects, which only Python can read',
      'rows of unequal length become objects: make them equal, and save numpy.asarray(values, dtype=float)',
    );
  const read = types[descr.slice(1)];
  if (read === undefined || !/^[<>|=]/.test(descr))
    return refuse(`numbers of type ${descr.slice(0, 20)}`, 'save it with astype(float)');
  const shape = shapeText.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const count = shape.reduce((product, size) => product * size, 1);
  const size = Number(descr.slice(2));
  const data = start + length;
  if (shape.length > MOST_DIMENSIONS) return refuse(`${shape.length} dimensions`, 'save fewer');
  if (count === 0) return refuse(`an empty array, of shape ${shapeOf(shape)}`, 'choose another file');
  if (data + count * size !== bytes.length)
    return damaged(`${bytes.length - data} bytes of data where shape ${shapeOf(shape)} has ${count * size}`);
  const little = !descr.startsWith('>');
  const stored = Float64Array.from({ length: count }, (_, i) => read(view, data + i * size, little));
  const values = order === 'True' ? inRows(stored, shape) : stored;
  return { shape, values, place: (index) => `entry [${placeIn(shape, index).join(', ')}]` };
}

/** As Python writes it: (1000, 2). */
export function shapeOf(shape: readonly number[]): string {
  return `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
}

function placeIn(shape: readonly number[], index: number): number[] {
  let left = index;
  return shape
    .toReversed()
    .map((size) => {
      const at = left % size;
      left = Math.floor(left / size);
      return at;
    })
    .reverse();
}

/** From Fortran's order, in which the first index runs fastest. */
function inRows(stored: Float64Array, shape: readonly number[]): Float64Array {
  return stored.map((_, index) => {
    const at = placeIn(shape, index);
    return stored[at.reduceRight((sum, place, axis) => sum * shape[axis]! + place, 0)]!;
  });
}
