/** What a panel shows, for those who do not see it. */
import type { PlainPanel } from '../../shared/pictures/picture.ts';
import { counted } from '../format/numbers.ts';

export function panelWords(panel: PlainPanel): string {
  return `${panel.title}: ${shown(panel)}; the table has the same numbers`;
}

function shown(panel: PlainPanel): string {
  switch (panel.kind) {
    case 'table':
      return counted(panel.rows.length, 'row');
    case 'images':
      return `${counted(panel.images.length, 'image')} of ${panel.width} by ${panel.height} pixels`;
    case 'points':
      return `${counted(panel.points.length, 'point')}, ${axes(panel)}`;
    case 'lines':
      return `${counted(panel.series.length, 'line')}, ${axes(panel)}`;
    case 'bars': {
      const bars = panel.series.reduce((sum, { values }) => sum + values.length, 0);
      return `${counted(bars, 'bar')}, ${axes(panel)}`;
    }
    case 'map':
      return panel.content.kind === 'values'
        ? `${panel.content.quantity} over ${panel.x.label} and ${panel.y.label}`
        : `${counted(new Set(panel.content.cells).size, 'region')} over ${panel.x.label} and ${panel.y.label}`;
    case 'graph':
      return `${counted(panel.nodes.length, 'node')} and ${counted(panel.edges.length, 'edge')}`;
    case 'matrix':
      return `${panel.quantity} by ${panel.rows.label} and ${panel.columns.label}`;
    case 'tokens': {
      const tokens = panel.texts.reduce((sum, text) => sum + text.tokens.length, 0);
      return `${counted(tokens, 'token')} in ${counted(panel.texts.length, 'text')} with ${panel.quantity}`;
    }
  }
}

function axes({
  x,
  y,
}: {
  readonly x: { readonly label: string };
  readonly y: { readonly label: string };
}): string {
  return `${x.label} across and ${y.label} up`;
}
