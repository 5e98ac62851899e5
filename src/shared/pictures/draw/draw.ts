import type { PlainPanel } from '../picture.ts';
import { drawBars } from './bars.ts';
import { drawGraph } from './graph.ts';
import { drawImages } from './images.ts';
import { drawLines } from './lines.ts';
import { drawMap } from './map.ts';
import { drawMatrix } from './matrix.ts';
import { drawPoints } from './points.ts';
import { drawTable } from './table.ts';
import { drawTokens } from './tokens.ts';
import type { DrawingTools, PanelDrawing } from './tools.ts';

export function drawPanel(panel: PlainPanel, tools: DrawingTools): PanelDrawing {
  switch (panel.kind) {
    case 'table':
      return drawTable(panel, tools);
    case 'images':
      return drawImages(panel, tools);
    case 'points':
      return drawPoints(panel, tools);
    case 'lines':
      return drawLines(panel, tools);
    case 'bars':
      return drawBars(panel, tools);
    case 'map':
      return drawMap(panel, tools);
    case 'graph':
      return drawGraph(panel, tools);
    case 'matrix':
      return drawMatrix(panel, tools);
    case 'tokens':
      return drawTokens(panel, tools);
  }
}
