/** What the page lends to shared/pictures/draw: its type, its colours, and canvases as images. */
import type { DrawingTools } from '../../shared/pictures/draw/tools.ts';
import { catalog } from '../api/catalog.svelte.ts';
import type { ChartColors } from '../charts/chart-colors.ts';
import type { Sheet } from '../charts/image.ts';

export function drawingTools(colors: ChartColors, { width, measure }: Sheet): DrawingTools {
  return { colors, width, measure, imageOf: hardEdged, styleOf: (estimator) => catalog.style(estimator) };
}

/** A canvas smooths what it enlarges: from this size on the edges of pixels stay where they are. */
const LONGEST = 160;

function hardEdged(rgba: Uint8Array, width: number, height: number): HTMLCanvasElement {
  const times = Math.max(1, Math.ceil(LONGEST / Math.max(width, height)));
  const small = document.createElement('canvas');
  [small.width, small.height] = [width, height];
  const large = document.createElement('canvas');
  [large.width, large.height] = [width * times, height * times];
  small.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  const context = large.getContext('2d');
  if (context !== null) {
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, large.width, large.height);
  }
  return large;
}
