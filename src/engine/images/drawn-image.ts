/** An image that a user drew, as the images of a run are: of their size, and of zeros and ones where theirs are. */
import { drawnValues, type DrawnPixels } from '../../shared/pictures/drawn-pixels.ts';
import { binarized } from './binarize.ts';
import type { ImageData } from './image-data.ts';

export function drawnImage(
  drawn: DrawnPixels,
  { width, height, binarize, entropy }: Pick<ImageData, 'width' | 'height' | 'binarize' | 'entropy'>,
): Float32Array {
  const grey = resized(drawnValues(drawn), [drawn.width, drawn.height], [width, height]);
  // Images whose law is known are of zeros and ones as they come.
  return binarize === 'none' && entropy === null ? grey : binarized(grey, 0.5);
}

/** Every new pixel is the mean of the old ones under its area. */
function resized(
  pixels: Float32Array,
  [fromWidth, fromHeight]: readonly [number, number],
  [width, height]: readonly [number, number],
): Float32Array {
  const out = new Float32Array(width * height);
  const [across, down] = [fromWidth / width, fromHeight / height];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let sum = 0;
      for (let y = Math.floor(row * down); y < (row + 1) * down; y++) {
        const high = Math.min(y + 1, (row + 1) * down) - Math.max(y, row * down);
        for (let x = Math.floor(column * across); x < (column + 1) * across; x++) {
          const wide = Math.min(x + 1, (column + 1) * across) - Math.max(x, column * across);
          sum += high * wide * (pixels[y * fromWidth + x] ?? 0);
        }
      }
      out[row * width + column] = sum / (across * down);
    }
  }
  return out;
}
