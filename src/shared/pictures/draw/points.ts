import type { PanelPoint, PointsPanel } from '../points.ts';
import { equalitySeries, panelAxes, panelScale, thresholdSeries } from './axes.ts';
import {
  drawing,
  handDrawn,
  legendOf,
  said,
  stylesOf,
  type DrawingTools,
  type PanelDrawing,
} from './tools.ts';

/** From so many on, marks are small. */
const MANY = 1500;

export function drawPoints(panel: PointsPanel, tools: DrawingTools): PanelDrawing {
  const { points, classes, thresholds, equality } = panel;
  const all = points.flatMap(({ x, y, trail = [] }) => [[x, y], ...trail] as const);
  const scales = {
    x: panelScale(
      panel.x,
      all.map(([x]) => x),
      'around',
    ),
    y: panelScale(
      panel.y,
      all.map(([, y]) => y),
      'around',
    ),
  };
  const styles = stylesOf(classes.length === 0 ? [{ label: panel.title }] : classes, tools);
  const lines = thresholdSeries(thresholds, scales, tools);
  const equal = equalitySeries(equality, scales, tools, lines.legend.length);
  const styleOf = (point: PanelPoint) => styles[point.class ?? 0]!;
  const trails = points.filter(({ trail }) => trail !== undefined);
  const { colors } = tools;
  return drawing(
    {
      ...panelAxes(panel, scales, tools),
      series: [
        ...lines.series,
        ...equal.series,
        handDrawn(
          'trails',
          trails.map((point) => ({
            name: inWords(point, panel),
            draw: (at) => ({
              type: 'polyline',
              shape: {
                points: [...(point.trail ?? []), [point.x, point.y] as const].map(([x, y]) =>
                  at(scales.x.place(x), scales.y.place(y)),
                ),
              },
              style: { stroke: styleOf(point).color, fill: 'none', lineWidth: 1, opacity: 0.7 },
            }),
          })),
          { z: 3 },
        ),
        ...styles.map((style, place) => ({
          id: `class:${place}`,
          type: 'scatter',
          z: 4,
          emphasis: { disabled: true },
          symbol: style.symbol,
          symbolSize: points.length > MANY ? 4 : 8,
          itemStyle: { color: style.color, opacity: 0.85 },
          label: {
            show: true,
            position: 'right',
            distance: 3,
            color: colors.text,
            fontFamily: colors.font,
            fontSize: colors.size,
            formatter: ({ data }: { readonly data: { readonly text: string } }) => data.text,
          },
          labelLayout: { hideOverlap: true },
          data: points
            .filter((point) => (point.class ?? 0) === place)
            .map((point) => ({
              name: inWords(point, panel),
              value: [scales.x.place(point.x), scales.y.place(point.y)],
              text: point.label ?? '',
            })),
        })),
      ],
    },
    [...legendOf(styles, 'marks'), ...lines.legend, ...equal.legend],
    'square',
  );
}

function inWords({ x, y, label, trail, ...point }: PanelPoint, { classes }: PointsPanel): string {
  const where = `(${said(x)}, ${said(y)})`;
  const [start] = trail ?? [];
  const way = start === undefined ? where : `from (${start.map(said).join(', ')}) to ${where}`;
  const name = [label ?? '', classes[point.class ?? -1]?.label ?? '']
    .filter((text) => text !== '')
    .join(', ');
  return name === '' ? way : `${name}: ${way}`;
}
