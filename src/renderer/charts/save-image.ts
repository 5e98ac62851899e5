/** One picture as a file: what is on the page, in the light theme, drawn anew in the size that was chosen. */
import { studio } from '../api/studio.svelte.ts';
import { fileName, saveBlob } from '../page/download.ts';
import { chartColors, type ChartColors } from './chart-colors.ts';
import type { ChartContent } from './plot-axes.ts';
import type { Drawn, Sheet } from './image.ts';
import type { ImageChoice } from './image-choice.ts';

/**
 * @param y name of the value axis, with its unit
 * @throws AppError if the browser makes no image
 */
export async function saveLines(
  choice: ImageChoice,
  title: string,
  content: ChartContent,
  y: string,
): Promise<void> {
  // Seldom needed, and it brings a second renderer: loaded when it is.
  const { drawnLines } = await import('./image.ts');
  await saveDrawn(choice, title, (colors) => drawnLines(content, y, colors));
}

/** The same for a picture that is no line chart. */
export async function saveDrawn(
  choice: ImageChoice,
  title: string,
  draw: (colors: ChartColors, sheet: Sheet) => Drawn,
): Promise<void> {
  const { drawImage } = await import('./image.ts');
  const image = await drawImage(choice, title, draw, paperColors());
  const file = choice.format === 'pdf' ? await asPdf(image) : image;
  saveBlob(file, `${fileName(title)}.${choice.format}`);
}

async function asPdf(image: Blob): Promise<Blob> {
  const svg = await image.text();
  const { pdf } = await studio.call((client) => client.figures.pdf({ svg }));
  return new Blob([Uint8Array.from(atob(pdf), (char) => char.charCodeAt(0))], { type: 'application/pdf' });
}

/** Paper is white, whatever theme the page has. */
function paperColors(): ChartColors {
  const paper = document.createElement('div');
  paper.className = 'paper';
  document.body.append(paper);
  try {
    return chartColors(paper, false);
  } finally {
    paper.remove();
  }
}
