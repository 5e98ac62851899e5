/** A map of regions as ECharts is told of it: filled, with edges between, each with its words where there is room. */
import { formatTick } from '../../shared/number-format.ts';
import type { RegionMap } from '../../shared/region-map.ts';
import type { ChartColors } from './chart-colors.ts';
import { boxesOf, edgesOf, type Region } from './regions.ts';

type Option = Readonly<Record<string, unknown>>;

/** What ECharts hands to a mark that is drawn by hand. */
interface MarkPlace {
  coord(value: readonly [number, number]): number[];
}

/** About the width of a letter at the size of the labels, pixels. */
const LETTER = 6.4;
const LINE = 15;

/** @param words lines of a label's text, the most important first */
export function regionOption(
  map: RegionMap,
  regions: readonly Region[],
  words: (label: number) => readonly string[],
  colors: ChartColors,
): Option {
  const byLabel = new Map(regions.map((region) => [region.label, region]));
  const x = (cell: number) => map.x.from + (cell / map.side) * (map.x.to - map.x.from);
  const y = (cell: number) => map.y.from + (cell / map.side) * (map.y.to - map.y.from);
  return {
    animation: false,
    grid: { left: 56, right: 16, top: 10, bottom: 40, containLabel: false },
    xAxis: axis(map.x, 24, colors),
    yAxis: { ...axis(map.y, 40, colors), nameRotate: 90 },
    series: [
      fills(map, byLabel, x, y, colors),
      edges(map, x, y, colors),
      texts(regions, words, x, y, colors),
    ],
  };
}

type Scale = (cell: number) => number;

function axis({ label, from, to }: RegionMap['x'], nameGap: number, colors: ChartColors): Option {
  const text = { color: colors.ink, fontFamily: colors.font, fontSize: 11 };
  return {
    type: 'value',
    name: label,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: text,
    min: from,
    max: to,
    splitNumber: 4,
    axisLine: { show: true, onZero: false, lineStyle: { color: colors.ink } },
    axisTick: { show: true, lineStyle: { color: colors.ink } },
    splitLine: { show: false },
    axisLabel: { ...text, hideOverlap: true, formatter: formatTick },
  };
}

function fills(
  map: RegionMap,
  regions: ReadonlyMap<number, Region>,
  x: Scale,
  y: Scale,
  colors: ChartColors,
): Option {
  const boxes = boxesOf(map);
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
      const color = colors.regions[regions.get(box.label)?.color ?? 0];
      const shape = { x: left, y: top, width: right - left, height: bottom - top };
      return { type: 'rect', shape, style: { fill: color } };
    },
  };
}

function edges(map: RegionMap, x: Scale, y: Scale, colors: ChartColors): Option {
  const lines = edgesOf(map);
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

function texts(
  regions: readonly Region[],
  words: (label: number) => readonly string[],
  x: Scale,
  y: Scale,
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
          fill: colors.text,
          font: `500 11px ${colors.font}`,
          lineHeight: LINE,
        },
      };
    },
  };
}
