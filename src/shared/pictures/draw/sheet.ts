/** Panels without axes: marks at pixels of a sheet that is as wide as the drawing and as high as what is on it. */
import { hiddenAxis } from './graph.ts';
import { drawing, handDrawn, scaleOf, type DrawingTools, type PanelDrawing } from './tools.ts';

/** Left and right of the sheet, pixels of the page. */
const SIDE = 4;

export interface SheetMark {
  /** Said while the pointer is on it; empty: nothing is. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Elements from there on. */
  readonly children: readonly object[];
}

export function sheetWidth(tools: DrawingTools): number {
  return tools.width - 2 * SIDE * scaleOf(tools);
}

export function sheet(marks: readonly SheetMark[], height: number, tools: DrawingTools): PanelDrawing {
  return drawing(
    {
      grid: { left: SIDE, right: SIDE, top: 4, bottom: 4, containLabel: false },
      xAxis: hiddenAxis([0, sheetWidth(tools)]),
      yAxis: { ...hiddenAxis([0, height]), inverse: true },
      series: [
        handDrawn(
          'sheet',
          marks.map(({ name, x, y, children }) => ({
            name,
            draw: (at) => {
              const [left, top] = at(x, y);
              return { type: 'group', x: left, y: top, children };
            },
          })),
          { z: 1, clip: false },
        ),
      ],
    },
    [],
    height / scaleOf(tools),
  );
}
