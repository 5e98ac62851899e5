import { inkOn } from '../../figures/color-scale.ts';
import type { TokensPanel } from '../tokens.ts';
import { colorOf, colorScale, levelBar } from './color-bar.ts';
import { sheet, sheetWidth, type SheetMark } from './sheet.ts';
import { fitted, fontOf, said, type DrawingTools, type PanelDrawing } from './tools.ts';

/** Each token on the colour of its number, in lines as wide as the drawing; a line break in a token breaks the line. */
export function drawTokens(panel: TokensPanel, tools: DrawingTools): PanelDrawing {
  const { texts, quantity } = panel;
  const { colors, measure } = tools;
  const scale = colorScale(
    quantity,
    texts.flatMap(({ tokens }) => tokens.map(({ weight }) => weight)),
    panel.range,
  );
  const bar = levelBar(scale, tools);
  const room = sheetWidth(tools);
  const line = 1.7 * colors.size;
  const inset = 0.25 * colors.size;
  const marks: SheetMark[] = [{ name: '', x: 0, y: 0, children: bar.children }];
  let y = bar.height + 0.6 * line;
  const text = (words: string, x: number, fill: string) => ({
    type: 'text',
    style: { text: words, x, y: line / 2, verticalAlign: 'middle', fill, font: fontOf(colors) },
  });
  for (const { caption, tokens } of texts) {
    if (caption !== '') {
      marks.push({ name: '', x: 0, y, children: [text(fitted(caption, room, tools), 0, colors.ink)] });
      y += line;
    }
    let x = 0;
    for (const token of tokens) {
      const shown = visible(token.text);
      const words = fitted(shown, room - 2 * inset, tools);
      const wide = measure(words) + 2 * inset;
      if (x > 0 && x + wide > room) [x, y] = [0, y + line];
      const fill = token.weight === null ? 'none' : colorOf(token.weight, scale);
      const shape = { x: 0, y: 0.1 * line, width: wide - 1, height: 0.84 * line };
      marks.push({
        name: `${shown.trim()}: ${quantity} ${said(token.weight)}`,
        x,
        y,
        children: [
          { type: 'rect', shape, style: { fill } },
          text(words, inset, token.weight === null ? colors.text : inkOn(fill)),
        ],
      });
      x += wide;
      if (token.text.includes('\n')) [x, y] = [0, y + line];
    }
    y += 1.4 * line;
  }
  return sheet(marks, y, tools);
}

/** Line breaks and tabs can be seen; spaces that begin or end a token stay as wide as they are. */
function visible(text: string): string {
  return text.replaceAll('\n', '\u21b5').replaceAll('\t', '\u21e5').replaceAll(' ', '\u00a0');
}
