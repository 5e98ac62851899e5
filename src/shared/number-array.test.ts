import { describe, expect, it } from 'vitest';
import { doublesFile, npyFile } from '../../test/support/npy.ts';
import { readNumbers } from './number-array.ts';

const read = (content: string | Uint8Array) =>
  readNumbers(typeof content === 'string' ? new TextEncoder().encode(content) : content, 'v.csv');

/** A view's setter called for each number. */
function bytesOf(
  size: number,
  numbers: readonly number[],
  set: (view: DataView, at: number, x: number) => void,
) {
  const view = new DataView(new ArrayBuffer(size * numbers.length));
  numbers.forEach((x, i) => set(view, i * size, x));
  return new Uint8Array(view.buffer);
}

describe('an array that NumPy saved', () => {
  const six = [1, 2, 3, 4, 5, 250];
  it.each<[string, Uint8Array]>([
    ['<f4', bytesOf(4, six, (v, at, x) => v.setFloat32(at, x, true))],
    ['>f4', bytesOf(4, six, (v, at, x) => v.setFloat32(at, x, false))],
    ['<f8', bytesOf(8, six, (v, at, x) => v.setFloat64(at, x, true))],
    ['>f8', bytesOf(8, six, (v, at, x) => v.setFloat64(at, x, false))],
    ['<i4', bytesOf(4, six, (v, at, x) => v.setInt32(at, x, true))],
    ['>i8', bytesOf(8, six, (v, at, x) => v.setBigInt64(at, BigInt(x), false))],
    ['<i8', bytesOf(8, six, (v, at, x) => v.setBigInt64(at, BigInt(x), true))],
    ['|u1', Uint8Array.from(six)],
  ])('%s', async (descr, data) => {
    for (const version of [1, 2, 3] as const) {
      const { shape, values } = await read(npyFile(descr, [2, 3], data, { version }));
      expect([shape, [...values]]).toEqual([[2, 3], six]);
    }
  });

  it('in Fortran order is read row by row, of any number of dimensions', async () => {
    // numpy.asfortranarray(numpy.arange(12).reshape(2, 3, 2)): the first index runs fastest.
    const stored = [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11];
    const found = await read(npyFile('|u1', [2, 3, 2], Uint8Array.from(stored), { fortran: true }));
    expect([...found.values]).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(found.place(11)).toBe('entry [1, 2, 1]');
  });

  it.each([
    ['|O', 'Python objects, which only Python can read; rows of unequal length'],
    ['<c16', 'numbers of type <c16; save it with astype'],
    ["[('a', '<f8')]", 'an array of records'],
  ])('%s is refused', async (descr, message) => {
    await expect(read(npyFile(descr, [1], new Uint8Array(16)))).rejects.toThrow(message);
  });

  it('that is cut, or empty, is refused', async () => {
    const whole = doublesFile([2, 2], [1, 2, 3, 4]);
    await expect(read(whole.subarray(0, -1))).rejects.toThrow('31 bytes of data where shape (2, 2) has 32');
    await expect(read(whole.subarray(0, 40))).rejects.toThrow('ends within its header');
    await expect(read(doublesFile([0, 2], []))).rejects.toThrow('an empty array, of shape (0, 2)');
  });
});

describe('a table', () => {
  it.each([
    ['with names', 'a,b\n1,2\n\n3,-4e1\n'],
    ['without', '1,2\r\n3,-40'],
    ['with semicolons', 'a;b\n1;2\n3;-40\n'],
    ['quoted', '"a, b","c"\n"1",2\n3,"-40"\n'],
  ])('%s', async (_, text) => {
    const { shape, values } = await read(text);
    expect([shape, [...values]]).toEqual([
      [2, 2],
      [1, 2, 3, -40],
    ]);
  });

  it('says where a number stands', async () => {
    const table = await read('a,b\n1,2\n\n3,inf\n');
    expect([table.values[3], table.place(3)]).toEqual([Infinity, 'line 4, column 2 (b)']);
  });

  it.each([
    [
      'a,b\n1,2\n3\n',
      'v.csv, line 3: expected 2 cells between ",", as the first row has, found 1; correct the row.',
    ],
    ['a,b\n1,2\n3,x\n', 'v.csv, line 3, column 2 (b): expected a number with a decimal point, found "x"'],
    ['1,2\n3,\n', 'v.csv, line 2, column 2: expected a number with a decimal point, found an empty cell'],
    ['', 'v.csv: expected rows of numbers, found an empty file'],
    ['a,b\n', 'found none'],
    ['"a,b\n1,2\n', 'quotation marks are closed'],
  ])('%j is refused', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
