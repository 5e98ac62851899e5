import { regionFills } from '../../figures/category-colors.ts';
import { inkOn } from '../../figures/color-scale.ts';
import type { Option } from '../../figures/marks.ts';
import { ticksWithin } from '../../figures/ticks.ts';
import type { MapPanel } from '../map.ts';
import { plotAxes } from './axes.ts';
import { BAR_ROOM, bandOf, colorOf, colorScale, sideBar, type ColorScale } from './color-bar.ts';
import { boxesOf, edgesOf, regionsOf, type LabelGrid, type Region } from './regions.ts';
import {
  cellBox,
  drawing,
  fontOf,
  handDrawn,
  said,
  legendOf,
  scaleOf,
  stylesOf,
  type DrawingTools,
  type PanelDrawing,
} from './tools.ts';

type Content<Kind extends MapPanel['content']['kind']> = Extract<MapPanel['content'], { kind: Kind }>;

/** Up to so many cells each is a rectangle that says its value; more are drawn as one image. */
const MOST_CELLS = 10_000;
/** Pixels. */
const MARK_SIZE = 6;
const NO_LABEL = Number.MIN_SAFE_INTEGER;

export function drawMap(panel: MapPanel, tools: DrawingTools): PanelDrawing {
  const { content, boundary, marks } = panel;
  const isRegions = content.kind === 'regions';
  const plan = ({ label, from, to }: MapPanel['x']) => ({
    label,
    plan: { min: from, max: to, ticks: ticksWithin(from, to, 4) },
  });
  const axes = plotAxes(plan(panel.x), plan(panel.y), tools, isRegions ? 16 : BAR_ROOM);
  const inner = (axis: Option) => ({
    ...axis,
    splitLine: { show: false },
    axisTick: { ...(axis['axisTick'] as Option), show: true },
  });
  const lines = (boundary?.lines ?? []).map((corners) => ({
    name: boundary?.label ?? '',
    draw: (at: (x: number, y: number) => readonly [number, number]) => ({
      type: 'polyline',
      shape: { points: corners.map(([x, y]) => at(x, y)) },
      style: { stroke: tools.colors.text, fill: 'none', lineWidth: 1.5 },
    }),
  }));
  const styles = stylesOf(marks?.classes ?? [], tools);
  const scatters = styles.map((style, place) => ({
    id: `marks:${place}`,
    type: 'scatter',
    z: 5,
    silent: true,
    clip: true,
    symbol: style.symbol,
    symbolSize: MARK_SIZE,
    // A rim of the page's colour holds it off whatever colour the map has there.
    itemStyle: { color: style.color, borderColor: tools.colors.page, borderWidth: 0.75 },
    data: (marks?.points ?? []).filter((mark) => mark.class === place).map(({ x, y }) => [x, y]),
  }));
  return drawing(
    {
      ...axes,
      xAxis: inner(axes.xAxis),
      yAxis: inner(axes.yAxis),
      series: [
        ...(content.kind === 'regions'
          ? regionSeries(panel, content, tools)
          : valueSeries(panel, content, tools)),
        handDrawn('boundary', lines, { z: 4 }),
        ...scatters,
      ],
    },
    [
      ...legendOf(styles, 'marks'),
      ...(boundary === undefined
        ? []
        : [{ label: boundary.label, color: tools.colors.text, dash: [], width: 1.5, symbol: '' }]),
    ],
    'square',
  );
}

/** Regions as the drawing has them: with their text, their colour and their part of the map, the largest first. */
export function shownRegions(panel: MapPanel, dark: boolean) {
  if (panel.content.kind !== 'regions') return [];
  const fills = regionFills(dark);
  const texts = new Map(panel.content.labels.map((one) => [one.label, one]));
  return regionsOf(gridOf(panel, panel.content.cells), fills.length).map((region) => {
    const { text = '', words = [text] } = texts.get(region.label) ?? {};
    return { ...region, text, words, fill: fills[region.color] ?? '' };
  });
}

function gridOf({ across, up }: MapPanel, cells: readonly number[]): LabelGrid {
  return { across, up, cells };
}

function regionSeries(panel: MapPanel, content: Content<'regions'>, tools: DrawingTools): Option[] {
  const { colors } = tools;
  const grid = gridOf(panel, content.cells);
  const regions = shownRegions(panel, colors.dark);
  const byLabel = new Map(regions.map((region) => [region.label, region]));
  const [x, y] = placesOf(panel);
  return [
    handDrawn(
      'cells',
      boxesOf(grid).map((cells) => ({
        name: byLabel.get(cells.label)?.text ?? '',
        draw: (at) =>
          cellBox(
            at(x(cells.x), y(cells.y)),
            at(x(cells.right), y(cells.top)),
            byLabel.get(cells.label)?.fill ?? '',
          ),
      })),
      { z: 1 },
    ),
    handDrawn(
      'edges',
      edgesOf(grid).map((edge) => ({
        name: '',
        draw: (at) => {
          const [[x1, y1], [x2, y2]] = [at(x(edge.x), y(edge.y)), at(x(edge.right), y(edge.top))];
          return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colors.ink, lineWidth: 1 } };
        },
      })),
      { z: 2 },
    ),
    handDrawn(
      'words',
      regions.map((region) => ({
        name: '',
        draw: (at) =>
          wordsIn(region, region.words, colors.text, (cellX, cellY) => at(x(cellX), y(cellY)), tools),
      })),
      { z: 3 },
    ),
  ];
}

function valueSeries(panel: MapPanel, content: Content<'values'>, tools: DrawingTools): Option[] {
  const { values, quantity } = content;
  const scale = colorScale(quantity, values, content.range, content.bands ?? null);
  const [x, y] = placesOf(panel);
  const bar = sideBar(scale, { top: [panel.x.to, panel.y.to], bottom: [panel.x.to, panel.y.from] }, tools);
  if (scale.bands !== null) return [...bandSeries(panel, values, scale, tools), bar];
  if (values.length > MOST_CELLS) return [imageSeries(panel, values, scale, tools), bar];
  const cells = values.map((value, n) => {
    const [column, row] = [n % panel.across, Math.floor(n / panel.across)];
    return {
      name: value === null ? '' : `${quantity} ${said(value)}`,
      draw: (at: (x: number, y: number) => readonly [number, number]) =>
        value === null
          ? null
          : cellBox(at(x(column), y(row)), at(x(column + 1), y(row + 1)), colorOf(value, scale)),
    };
  });
  return [handDrawn('cells', cells, { z: 1 }), bar];
}

/** Neighbours in one band are one rectangle. */
function bandSeries(
  panel: MapPanel,
  values: readonly (number | null)[],
  scale: ColorScale,
  tools: DrawingTools,
): Option[] {
  const grid = gridOf(
    panel,
    values.map((value) => (value === null ? NO_LABEL : bandOf(value, scale))),
  );
  const { range, bands } = scale;
  const step = (range.to - range.from) / (bands ?? 1);
  const ends = (band: number) =>
    `${said(range.from + band * step)} to ${said(range.from + (band + 1) * step)}`;
  const middle = (band: number) => range.from + (band + 0.5) * step;
  const [x, y] = placesOf(panel);
  const drawn = (label: number) => label !== NO_LABEL;
  return [
    handDrawn(
      'cells',
      boxesOf(grid)
        .filter(({ label }) => drawn(label))
        .map((cells) => ({
          name: `${scale.quantity} ${ends(cells.label)}`,
          draw: (at) =>
            cellBox(
              at(x(cells.x), y(cells.y)),
              at(x(cells.right), y(cells.top)),
              colorOf(middle(cells.label), scale),
            ),
        })),
      { z: 1 },
    ),
    handDrawn(
      'words',
      regionsOf(grid, 1)
        .filter(({ label }) => drawn(label))
        .map((region) => ({
          name: '',
          draw: (at) =>
            wordsIn(
              region,
              [ends(region.label)],
              inkOn(colorOf(middle(region.label), scale)),
              (cellX, cellY) => at(x(cellX), y(cellY)),
              tools,
            ),
        })),
      { z: 3 },
    ),
  ];
}

/** A pixel per cell. */
function imageSeries(
  panel: MapPanel,
  values: readonly (number | null)[],
  scale: ColorScale,
  tools: DrawingTools,
) {
  const { across, up } = panel;
  const rgba = new Uint8Array(4 * across * up);
  values.forEach((value, n) => {
    if (value === null) return;
    const color = colorOf(value, scale);
    const at = 4 * ((up - 1 - Math.floor(n / across)) * across + (n % across));
    for (let channel = 0; channel < 3; channel++) {
      rgba[at + channel] = Number.parseInt(color.slice(1 + 2 * channel, 3 + 2 * channel), 16);
    }
    rgba[at + 3] = 255;
  });
  const image = tools.imageOf(rgba, across, up);
  const item = {
    name: '',
    draw: (at: (x: number, y: number) => readonly [number, number]) => {
      const [left, top] = at(panel.x.from, panel.y.to);
      const [right, bottom] = at(panel.x.to, panel.y.from);
      return { type: 'image', style: { image, x: left, y: top, width: right - left, height: bottom - top } };
    },
  };
  return handDrawn('cells', [item], { z: 1 });
}

/** Where cells lie on the axes. */
function placesOf({ x, y, across, up }: MapPanel) {
  return [
    (cell: number) => x.from + (cell / across) * (x.to - x.from),
    (cell: number) => y.from + (cell / up) * (y.to - y.from),
  ] as const;
}

/** As many lines as there is room for in the largest square of the region. */
function wordsIn(
  { anchor, room }: Region,
  words: readonly string[],
  fill: string,
  at: (cellX: number, cellY: number) => readonly [number, number],
  tools: DrawingTools,
): object | null {
  const line = 15 * scaleOf(tools);
  const [x, y] = at(anchor.x, anchor.y);
  const [right, up] = at(anchor.x + room, anchor.y + room);
  const [width, height] = [2 * (right - x), 2 * (y - up)];
  const fitting = words.slice(0, Math.floor(height / line));
  while (fitting.some((text) => tools.measure(text) + 4 > width)) fitting.pop();
  if (fitting.length === 0) return null;
  return {
    type: 'text',
    style: {
      x,
      y,
      text: fitting.join('\n'),
      align: 'center',
      verticalAlign: 'middle',
      fill,
      font: fontOf(tools.colors),
      lineHeight: line,
    },
  };
}
