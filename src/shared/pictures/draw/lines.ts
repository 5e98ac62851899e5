import type { LinesPanel, PanelSeries } from '../lines.ts';
import { panelAxes, panelScale, thresholdSeries, type PanelScale } from './axes.ts';
import {
  drawing,
  handDrawn,
  legendOf,
  said,
  stylesOf,
  type DrawingTools,
  type PanelDrawing,
} from './tools.ts';

/** Up to so many points, each has a mark. */
const FEW = 600;

export function drawLines(panel: LinesPanel, tools: DrawingTools): PanelDrawing {
  const { series, thresholds } = panel;
  const marks = (thresholds ?? []).filter(({ axis }) => axis === 'y').map(({ at }) => at);
  const scales = {
    x: panelScale(
      panel.x,
      series.flatMap(({ xs }) => xs),
      'none',
    ),
    y: panelScale(
      panel.y,
      [...series.flatMap(({ ys, band }) => [...ys, ...(band?.low ?? []), ...(band?.high ?? [])]), ...marks],
      'ticks',
    ),
  };
  const styles = stylesOf(series, tools);
  const across = thresholdSeries(thresholds, scales, tools);
  const hasMarks = series.reduce((sum, { xs }) => sum + xs.length, 0) <= FEW;
  return drawing(
    {
      ...panelAxes(panel, scales, tools),
      series: [
        ...across.series,
        ...series.map((one, place) =>
          handDrawn(
            `band:${place}`,
            bandsOf(one, scales).map((corners) => ({
              name: '',
              draw: (at) => ({
                type: 'polygon',
                shape: { points: corners.map(([x, y]) => at(x, y)) },
                style: { fill: styles[place]?.color, opacity: tools.colors.dark ? 0.24 : 0.16 },
              }),
            })),
            { z: 1 },
          ),
        ),
        ...series.map(({ label, xs, ys }, place) => {
          const { color, dash, symbol } = styles[place]!;
          return {
            id: `series:${place}`,
            type: 'line',
            z: 3,
            showSymbol: hasMarks,
            symbol,
            symbolSize: 5,
            emphasis: { disabled: true },
            itemStyle: { color },
            lineStyle: { color, width: 2, type: dash.length === 0 ? 'solid' : dash },
            data: xs.map((x, i) => ({
              name: `${label}: ${said(ys[i] ?? null)} at ${said(x)}`,
              value: [scales.x.place(x), scales.y.place(ys[i] ?? null)],
            })),
          };
        }),
      ],
    },
    [...legendOf(styles, 'lines'), ...across.legend],
    'wide',
  );
}

/** Outlines of the band, one for each piece without a gap: along the upper ends and back along the lower ones. */
function bandsOf({ xs, band }: PanelSeries, scales: { x: PanelScale; y: PanelScale }): [number, number][][] {
  if (band === undefined) return [];
  const pieces: { upper: [number, number][]; lower: [number, number][] }[] = [];
  let open = false;
  xs.forEach((at, i) => {
    const x = scales.x.place(at);
    const [low, high] = [scales.y.place(band.low[i] ?? null), scales.y.place(band.high[i] ?? null)];
    if (![x, low, high].every(Number.isFinite)) {
      open = false;
      return;
    }
    if (!open) pieces.push({ upper: [], lower: [] });
    open = true;
    pieces.at(-1)?.upper.push([x, high]);
    pieces.at(-1)?.lower.push([x, low]);
  });
  return pieces.map(({ upper, lower }) => [...upper, ...lower.reverse()]);
}
