/**
 * Bars and stripes: the images of a square in which every row, or every column, is of one colour (MacKay, "Information Theory,
 * Inference, and Learning Algorithms", 2003, section 43.1). There are 2^side of either, and the two plain ones are both.
 */
import type { ImageSource } from './image-data.ts';

/** All of them, each once: first those of rows, without the two plain ones, then those of columns. */
export function barsAndStripes(side: number): ImageSource {
  const ofRows = 2 ** side - 2;
  return {
    name: `bars and stripes of ${side} x ${side} pixels`,
    count: ofRows + 2 ** side,
    height: side,
    width: side,
    labels: null,
    write(image, out) {
      const byRow = image < ofRows;
      const colours = byRow ? image + 1 : image - ofRows;
      for (let row = 0; row < side; row++) {
        for (let column = 0; column < side; column++)
          out[row * side + column] = (colours >> (byRow ? row : column)) & 1;
      }
    },
  };
}
