import { inkOn } from '../../figures/color-scale.ts';
import { formatTick } from '../../number-format.ts';
import type { MatrixPanel } from '../matrix.ts';
import { namedPlan, plotAxes } from './axes.ts';
import { BAR_ROOM, colorOf, colorScale, sideBar } from './color-bar.ts';
import {
  cellBox,
  drawing,
  fitted,
  fontOf,
  handDrawn,
  said,
  scaleOf,
  widthOf,
  type DrawingTools,
  type PanelDrawing,
} from './tools.ts';

const CELL = { least: 10, most: 56 };
/** Of a name beside or below the matrix, pixels of the page; longer ones are shortened. */
const NAME = 140;

export function drawMatrix(panel: MatrixPanel, tools: DrawingTools): PanelDrawing {
  const { rows, columns, values, quantity } = panel;
  const k = scaleOf(tools);
  const scale = colorScale(quantity, values.flat(), panel.range);
  const short = (names: readonly string[]) => names.map((name) => fitted(name, NAME * k, tools));
  const [x, y] = [
    { label: columns.label, plan: namedPlan(short(columns.names)) },
    { label: rows.label, plan: namedPlan(short(rows.names)) },
  ];
  const axes = plotAxes(x, y, tools, BAR_ROOM);
  const wide = (tools.width / k - axes.grid.left - BAR_ROOM) / columns.names.length;
  const widest = Math.max(...x.plan.ticks.map(({ label }) => widthOf(label, tools)));
  // Names that do not fit under their columns stand upright.
  const upright = widest + 6 > wide;
  const high = Math.min(CELL.most, Math.max(CELL.least, wide));
  const { colors } = tools;
  const room = Math.max(...values.flat().map((value) => tools.measure(cellText(value)))) + 4;
  const cells = values.flatMap((row, i) =>
    row.map((value, j) => ({
      name: `${rows.label} ${rows.names[i]}, ${columns.label} ${columns.names[j]}: ${said(value)}`,
      draw: (at: (x: number, y: number) => readonly [number, number]) => {
        if (value === null) return null;
        const [left, right] = [at(j - 0.5, i - 0.5), at(j + 0.5, i + 0.5)];
        const fill = colorOf(value, scale);
        const rect = cellBox(left, right, fill);
        // All numbers, or none: a few would look like the only ones.
        if (room > right[0] - left[0] || right[1] - left[1] < 1.2 * colors.size) return rect;
        const style = {
          text: cellText(value),
          x: (left[0] + right[0]) / 2,
          y: (left[1] + right[1]) / 2,
          align: 'center',
          verticalAlign: 'middle',
          fill: inkOn(fill),
          font: fontOf(colors),
        };
        return { type: 'group', children: [rect, { type: 'text', style, silent: true }] };
      },
    })),
  );
  const below = upright ? widest + 12 : 20;
  const [last, bottom] = [columns.names.length - 0.5, rows.names.length - 0.5];
  return drawing(
    {
      grid: { ...axes.grid, bottom: Math.ceil(below) + 22 },
      xAxis: {
        ...axes.xAxis,
        nameGap: Math.ceil(below) + 4,
        splitLine: { show: false },
        axisLabel: { ...axes.xAxis.axisLabel, rotate: upright ? 90 : 0 },
      },
      yAxis: { ...axes.yAxis, inverse: true, splitLine: { show: false } },
      series: [
        handDrawn('cells', cells, { z: 1 }),
        sideBar(scale, { top: [last, -0.5], bottom: [last, bottom] }, tools),
      ],
    },
    [],
    Math.max(high * rows.names.length, 80),
  );
}

function cellText(value: number | null): string {
  return value === null ? '' : formatTick(value);
}
