/** A map of regions as ECharts is told of it: filled, with edges between, each with its words where there is room. */
import { inkOn, sequentialColor } from '../../shared/figures/color-scale.ts';
import { ticksWithin, tickOption } from '../../shared/figures/ticks.ts';
import type { RegionMap } from '../../shared/region-map.ts';
import type { ChartColors } from './chart-colors.ts';
import { boxesOf, edgesOf, type LabelGrid, type Region } from '../../shared/pictures/draw/regions.ts';

type Option = Readonly<Record<string, unknown>>;

/** What ECharts hands to a mark that is drawn by hand. */
interface MarkPlace {
  coord(value: readonly [number, number]): number[];
}

/** About the width of a letter at the size of the labels, pixels. */
const LETTER = 6.4;
const LINE = 15;

/** Bands of an ordered quantity: one colour each, and what its bar says. */
export interface Bands {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** From the plot to the bar, and the bar's width, pixels. */
const BAR = { gap: 14, width: 12 };

/**
 * @param words lines of a label's text, the most important first
 * @param bands null: the labels have no order, and regions that touch have different colours
 */
export function regionOption(
  map: RegionMap,
  regions: readonly Region[],
  words: (label: number) => readonly string[],
  colors: ChartColors,
  bands: Bands | null,
): Option {
  const byLabel = new Map(regions.map((region) => [region.label, region]));
  const x = (cell: number) => map.x.from + (cell / map.side) * (map.x.to - map.x.from);
  const y = (cell: number) => map.y.from + (cell / map.side) * (map.y.to - map.y.from);
  const fill = (label: number) =>
    bands === null
      ? (colors.regions[byLabel.get(label)?.color ?? 0] ?? colors.page)
      : bandColor(label, bands);
  const ink = (label: number) => (bands === null ? colors.text : inkOn(fill(label)));
  return {
    animation: false,
    grid: { left: 56, right: bands === null ? 16 : 72, top: 10, bottom: 40, containLabel: false },
    xAxis: axis(map.x, 24, colors),
    yAxis: { ...axis(map.y, 40, colors), nameRotate: 90 },
    series: [
      fills(map, fill, x, y),
      ...(bands === null ? [edges(map, x, y, colors)] : [bar(map, bands, colors)]),
      texts(regions, words, x, y, ink, colors),
    ],
  };
}

export const gridOf = ({ side, cells }: RegionMap): LabelGrid => ({ across: side, up: side, cells });

type Scale = (cell: number) => number;

function axis({ label, from, to }: RegionMap['x'], nameGap: number, colors: ChartColors): Option {
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: colors.size };
  const plan = tickOption({ min: from, max: to, ticks: ticksWithin(from, to, 4) });
  return {
    type: 'value',
    name: label,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: text,
    ...plan.range,
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.ink } },
    axisTick: { show: true, lineStyle: { color: colors.ink }, ...plan.tick },
    splitLine: { show: false },
    axisLabel: { ...text, hideOverlap: true, ...plan.label },
  };
}

function fills(map: RegionMap, fill: (label: number) => string, x: Scale, y: Scale): Option {
  const boxes = boxesOf(gridOf(map));
  return {
    id: 'regions',
    type: 'custom',
    z: 1,
    data: boxes.map((box) => ({ name: `${box.label}`, value: [x(box.x), y(box.y)] })),
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: MarkPlace) => {
      const box = boxes[dataIndex];
      if (box === undefined) return null;
      // Whole pixels, lest the page shines through between neighbours.
      const [left = 0, bottom = 0] = api.coord([x(box.x), y(box.y)]).map(Math.round);
      const [right = 0, top = 0] = api.coord([x(box.right), y(box.top)]).map(Math.round);
      const shape = { x: left, y: top, width: right - left, height: bottom - top };
      return { type: 'rect', shape, style: { fill: fill(box.label) } };
    },
  };
}

function edges(map: RegionMap, x: Scale, y: Scale, colors: ChartColors): Option {
  const lines = edgesOf(gridOf(map));
  return {
    id: 'edges',
    type: 'custom',
    silent: true,
    z: 2,
    data: lines.map((line) => [x(line.x), y(line.y)]),
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: MarkPlace) => {
      const line = lines[dataIndex];
      if (line === undefined) return null;
      const [x1 = 0, y1 = 0] = api.coord([x(line.x), y(line.y)]);
      const [x2 = 0, y2 = 0] = api.coord([x(line.right), y(line.top)]);
      return { type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: colors.ink, lineWidth: 1 } };
    },
  };
}

export function bandColor(band: number, { count }: Bands): string {
  return sequentialColor(count === 1 ? 0.5 : band / (count - 1));
}

/** The bar of colours right of the plot, as high as it is, with the quantity at its ends and between. */
function bar({ x, y }: RegionMap, bands: Bands, colors: ChartColors): Option {
  const { count, from, to } = bands;
  const ticks = ticksWithin(from, to, 5);
  return {
    id: 'bar',
    type: 'custom',
    silent: true,
    z: 2,
    clip: false,
    data: [[x.to, y.from]],
    renderItem: (_: unknown, api: MarkPlace) => {
      const [edge = 0, bottom = 0] = api.coord([x.to, y.from]);
      const [, top = 0] = api.coord([x.to, y.to]);
      const left = edge + BAR.gap;
      const at = (share: number) => bottom + share * (top - bottom);
      const boxes = Array.from({ length: count }, (_one, band) => {
        const [low, high] = [Math.round(at(band / count)), Math.round(at((band + 1) / count))];
        const shape = { x: left, y: high, width: BAR.width, height: low - high };
        return { type: 'rect', shape, style: { fill: bandColor(band, bands) } };
      });
      const labels = ticks.map((tick) => ({
        type: 'text',
        style: {
          x: left + BAR.width + 4,
          y: at((tick.at - from) / (to - from)),
          text: tick.label,
          verticalAlign: 'middle',
          fill: colors.ink,
          font: `${colors.size}px ${colors.font}`,
        },
      }));
      const outline = { x: left, y: top, width: BAR.width, height: bottom - top };
      const frame = { type: 'rect', shape: outline, style: { fill: 'none', stroke: colors.ink } };
      return { type: 'group', children: [...boxes, frame, ...labels] };
    },
  };
}

function texts(
  regions: readonly Region[],
  words: (label: number) => readonly string[],
  x: Scale,
  y: Scale,
  ink: (label: number) => string,
  colors: ChartColors,
): Option {
  return {
    id: 'texts',
    type: 'custom',
    silent: true,
    z: 3,
    data: regions.map(({ anchor }) => [x(anchor.x), y(anchor.y)]),
    renderItem: ({ dataIndex }: { readonly dataIndex: number }, api: MarkPlace) => {
      const region = regions[dataIndex];
      if (region === undefined) return null;
      const { anchor, room, label } = region;
      const [left = 0, top = 0] = api.coord([x(anchor.x), y(anchor.y)]);
      const [one = 0] = api.coord([x(anchor.x + 1), y(anchor.y)]);
      const width = 2 * room * (one - left);
      const fitting = words(label).slice(0, Math.floor(width / LINE));
      while (fitting.some((line) => line.length * LETTER > width)) fitting.pop();
      if (fitting.length === 0) return null;
      return {
        type: 'text',
        style: {
          x: left,
          y: top,
          text: fitting.join('\n'),
          align: 'center',
          verticalAlign: 'middle',
          fill: ink(label),
          font: `500 ${colors.size}px ${colors.font}`,
          lineHeight: LINE,
        },
      };
    },
  };
}
