import { formatNumber } from '../../number-format.ts';
import { counted } from '../../counted.ts';
import { isNumeric, type Cell } from '../parts.ts';
import { tableRows, type TablePanel } from '../table.ts';
import { sheet, sheetWidth, type SheetMark } from './sheet.ts';
import { fitted, fontOf, type DrawingTools, type PanelDrawing } from './tools.ts';

/** Rows of a drawing; the rest is counted, and in the CSV. */
const MOST_ROWS = 40;

/** For files: a page has tables of its own. */
export function drawTable(panel: TablePanel, tools: DrawingTools): PanelDrawing {
  const all = tableRows(panel);
  const { colors, measure } = tools;
  const room = sheetWidth(tools);
  const line = 1.9 * colors.size;
  const gap = 1.4 * colors.size;
  const rows = all.rows.slice(0, MOST_ROWS).map((row) => row.map(cellText));
  const natural = all.header.map((heading, column) =>
    Math.max(measure(heading), ...rows.map((row) => measure(row[column] ?? ''))),
  );
  const shrink = Math.min(1, (room - gap * natural.length) / natural.reduce((sum, width) => sum + width, 0));
  const widths = natural.map((width) => width * shrink);
  const lefts = widths.map((_, i) => widths.slice(0, i).reduce((sum, width) => sum + width + gap, 0));
  const right = widths.reduce((sum, width) => sum + width + gap, 0);
  const rowMark = (cells: readonly string[], place: number, isHead: boolean): SheetMark => ({
    name: '',
    x: 0,
    y: place * line,
    children: [
      ...cells.map((cell, column) => {
        const toRight = isNumeric(all, column);
        return {
          type: 'text',
          style: {
            text: fitted(cell, widths[column]! + 1, tools),
            x: lefts[column]! + (toRight ? widths[column]! : 0),
            y: line / 2,
            align: toRight ? 'right' : 'left',
            verticalAlign: 'middle',
            fill: isHead ? colors.ink : colors.text,
            font: fontOf(colors, isHead ? 600 : 400),
          },
        };
      }),
      {
        type: 'line',
        shape: { x1: 0, y1: line, x2: right, y2: line },
        style: { stroke: colors.line, lineWidth: 1 },
      },
    ],
  });
  const left = all.rows.length - rows.length;
  const rest = {
    type: 'text',
    style: {
      text: left === 0 ? '' : `and ${counted(left, 'more row')}`,
      x: 0,
      y: line / 2,
      verticalAlign: 'middle',
      fill: colors.ink,
      font: fontOf(colors),
    },
  };
  return sheet(
    [
      rowMark(all.header, 0, true),
      ...rows.map((row, n) => rowMark(row, n + 1, false)),
      { name: '', x: 0, y: (rows.length + 1) * line, children: [rest] },
    ],
    (rows.length + (left === 0 ? 1 : 2)) * line,
    tools,
  );
}

function cellText(cell: Cell): string {
  return cell === null ? '' : typeof cell === 'number' ? formatNumber(cell) : cell;
}
