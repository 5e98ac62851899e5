/** Drawn shapes: six classes, each of random size, place and shade, with smooth edges. */
import { draws } from '../random/draws.ts';
import { fold, type Key } from '../random/key.ts';
import type { ImageSource } from './image-data.ts';

/** Whether a point is inside: below 0; in units of half the shape's size, the origin at its centre, y downwards. */
type Outline = (x: number, y: number) => number;

const square: Outline = (x, y) => Math.max(Math.abs(x), Math.abs(y)) - 1;
const disc: Outline = (x, y) => Math.hypot(x, y) - 1;
const bar = (along: number, across: number) => Math.max(Math.abs(along) - 1, Math.abs(across) - 0.3);

const outlines: readonly Outline[] = [
  disc,
  (x, y) => Math.max(disc(x, y), 0.6 - Math.hypot(x, y)),
  square,
  (x, y) => Math.max(square(x, y), 0.6 - Math.max(Math.abs(x), Math.abs(y))),
  (x, y) => Math.min(bar(x, y), bar(y, x)),
  // Its sides fall by 2 over a width of 1.
  (x, y) => Math.max(y - 1, (2 * Math.abs(x) - y - 1) / Math.sqrt(5)),
];

/** As many of each class as of any other, give or take one; image i is of class i modulo 6. */
export function drawShapes(side: number, count: number, key: Key): ImageSource {
  return {
    name: `drawn shapes of ${side} x ${side} pixels`,
    count,
    height: side,
    width: side,
    labels: Uint8Array.from({ length: count }, (_, image) => image % outlines.length),
    write(image, out) {
      const random = draws(fold(key, image));
      const half = side * (0.2 + 0.2 * random.uniform());
      const room = side / 2 - half;
      const [x, y] = [1, 2].map(() => side / 2 + room * (2 * random.uniform() - 1)) as [number, number];
      const shade = 0.7 + 0.3 * random.uniform();
      const outline = outlines[image % outlines.length]!;
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++) {
          // About the share of the pixel that is inside.
          const beyond = half * outline((column + 0.5 - x) / half, (row + 0.5 - y) / half);
          out[row * side + column] = shade * Math.min(1, Math.max(0, 0.5 - beyond));
        }
      }
    },
  };
}
