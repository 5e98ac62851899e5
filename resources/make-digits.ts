/**
 * Writes the handwritten digits that come with the studio as a pair of IDX files: `node resources/make-digits.ts <digits.csv.gz> [folder]`.
 * The table is scikit-learn's copy of the test set of "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak, UCI Machine
 * Learning Repository, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0; resources/data-notices.txt): a line an image, 64 values of 0 .. 16 and the label. The
 * values are scaled to bytes, 255 for 16.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const SIDE = 8;
const LARGEST = 16;

const [table, folder = join(import.meta.dirname, 'images')] = process.argv.slice(2);
if (table === undefined) throw new Error('expected the path of digits.csv.gz');
const rows = gunzipSync(readFileSync(table))
  .toString()
  .trim()
  .split('\n')
  .map((line) => line.split(',').map(Number));

function idx(sizes: readonly number[], values: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * sizes.length);
  head[2] = 8; // unsigned bytes
  head[3] = sizes.length;
  sizes.forEach((size, i) => head.writeUInt32BE(size, 4 + 4 * i));
  return gzipSync(Buffer.concat([head, Buffer.from(values)]), { level: 9 });
}

const pixels = rows.flatMap((row) => row.slice(0, SIDE * SIDE));
const labels = rows.map((row) => row[SIDE * SIDE]!);
const bytes = pixels.map((value) => Math.round((value * 255) / LARGEST));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'digits-images.idx.gz'), idx([rows.length, SIDE, SIDE], bytes));
writeFileSync(join(folder, 'digits-labels.idx.gz'), idx([rows.length], labels));
