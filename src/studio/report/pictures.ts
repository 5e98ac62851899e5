/** A picture as one SVG: what is said of it above, its panels below in a grid, each drawn as the page draws it. */
import { encode } from 'fast-png';
import { styleOf } from '../../shared/figures/estimator-style.ts';
import { paperOption, svgDocument } from '../../shared/figures/paper.ts';
import { formatNumber } from '../../shared/number-format.ts';
import { drawPanel } from '../../shared/pictures/draw/draw.ts';
import type { DrawingTools } from '../../shared/pictures/draw/tools.ts';
import { plainPanels, type Fact, type Picture, type PlainPanel } from '../../shared/pictures/picture.ts';
import { listEstimators } from '../catalog.ts';
import { escapeHtml } from './escape-html.ts';
import { optionAsSvg, PAPER, textWidth } from './svg.ts';

/** Pixels: of a panel alone, of one among several, and between them. */
const WIDTH = { alone: 640, beside: 460 };
const GAP = 20;
const MARGIN = 16;
const LINE = 17;

export function drawPicture(picture: Picture): string {
  const panels = plainPanels(picture);
  const columns = panels.length > 1 ? 2 : 1;
  const each = columns === 1 ? WIDTH.alone : WIDTH.beside;
  const width = columns * each + (columns - 1) * GAP;
  const drawn = panels.map((panel, n) => drawnPanel(panel, each, `p${n}-`));
  const head = [...wrapped(picture.note, width), ...wrapped(picture.facts.map(factText).join(';  '), width)];
  let y = MARGIN + head.length * LINE + (head.length === 0 ? 0 : 8);
  const placed: string[] = [];
  for (let first = 0; first < drawn.length; first += columns) {
    const row = drawn.slice(first, first + columns);
    placed.push(
      ...row.map(({ svg }, column) =>
        svg.replace('<svg ', `<svg x="${MARGIN + column * (each + GAP)}" y="${y}" `),
      ),
    );
    y += Math.max(...row.map(({ height }) => height)) + GAP;
  }
  const [wide, high] = [width + 2 * MARGIN, Math.ceil(y + MARGIN - (drawn.length === 0 ? 0 : GAP))];
  const text = head.map(
    (words, n) => `<text x="${MARGIN}" y="${MARGIN + (n + 0.7) * LINE}">${escapeHtml(words)}</text>`,
  );
  return svgDocument(
    [
      `<svg width="${wide}" height="${high}" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1" viewBox="0 0 ${wide} ${high}">`,
      // Pixels of an image are what was measured: nothing is drawn between them.
      '<style>image { image-rendering: pixelated; }</style>',
      `<rect width="${wide}" height="${high}" fill="${PAPER.page}"/>`,
      `<g fill="${PAPER.text}" font-family="${PAPER.font}" font-size="12">${text.join('')}</g>`,
      ...placed,
      '</svg>\n',
    ].join('\n'),
  );
}

/** @param prefix of what has a name in the SVG: it is one among others in a document */
function drawnPanel(panel: PlainPanel, width: number, prefix: string): { svg: string; height: number } {
  const known = listEstimators().map(({ id }) => id);
  const tools: DrawingTools = {
    colors: PAPER,
    width,
    measure: textWidth,
    imageOf: (rgba, across, down) => pngAddress(rgba, across, down),
    styleOf: (estimator) => styleOf(estimator, known),
  };
  const drawn = { ...drawPanel(panel, tools), title: panel.title, y: '', width };
  const { option, height } = paperOption(drawn, PAPER, textWidth);
  // Names that ECharts counts up in a process: the same picture is the same file.
  return { svg: optionAsSvg(option, width, height).replaceAll(/\bzr\d+-/g, prefix), height };
}

function pngAddress(rgba: Uint8Array, width: number, height: number): string {
  const png = encode({ width, height, data: rgba, channels: 4 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

function factText({ label, value, unit }: Fact): string {
  const number = formatNumber(value);
  return `${label} ${number}${unit === undefined ? '' : ` ${unit}`}`;
}

/** Lines that are no wider than the picture. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && textWidth(longer) * (12 / PAPER.size) <= width)
      lines.push(`${lines.pop()} ${word}`);
    else lines.push(word);
  }
  return lines;
}
