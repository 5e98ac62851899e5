import { describe, expect, it } from 'vitest';
import { panelOf, samplePanels } from '../sample-panels.ts';
import { categoryStyle, regionFills } from '../../figures/category-colors.ts';
import { styleAt } from '../../figures/estimator-style.ts';
import type { MapPanel } from '../map.ts';
import type { PlainPanel } from '../picture.ts';
import { bandOf, colorOf, colorScale } from './color-bar.ts';
import { drawPanel } from './draw.ts';
import { layoutOf } from './graph-layout.ts';
import { shownRegions } from './map.ts';
import type { DrawingTools } from './tools.ts';

const SIZE = 400;
const tools: DrawingTools = {
  colors: { text: '#000', ink: '#333', line: '#ddd', page: '#fff', font: 'Inter', size: 11, dark: false },
  width: SIZE,
  measure: (text) => 6 * text.length,
  imageOf: (rgba, width, height) => ({ rgba: [...rgba], width, height }),
  styleOf: () => styleAt(0),
};

interface Element {
  readonly type: string;
  readonly style?: Readonly<Record<string, unknown>>;
  readonly shape?: Readonly<Record<string, number>>;
  readonly children?: readonly Element[];
}

interface Series {
  readonly id: string;
  readonly data: readonly { readonly name: string; readonly value: readonly number[] }[];
  renderItem(item: { readonly dataIndex: number }, api: object): Element | null;
}

/** Elements of the drawing by the id of their series, where each axis goes from 0 to 1 over the whole square. */
function elementsOf(panel: PlainPanel, size = SIZE): Readonly<Record<string, readonly Element[]>> {
  const option = drawPanel(panel, tools).option as { readonly series: readonly Series[] };
  const api = { coord: ([x, y]: readonly [number, number]) => [x * size, (1 - y) * size] };
  return Object.fromEntries(
    option.series.map(({ id, data, renderItem }) => [
      id,
      typeof renderItem !== 'function'
        ? []
        : data.flatMap((_, dataIndex) => renderItem({ dataIndex }, api) ?? []).flatMap(flat),
    ]),
  );
}

function flat(element: Element): readonly Element[] {
  return element.children === undefined ? [element] : element.children.flatMap(flat);
}

function seriesOf(panel: PlainPanel): Readonly<Record<string, Series>> {
  const option = drawPanel(panel, tools).option as { readonly series: readonly Series[] };
  return Object.fromEntries(option.series.map((series) => [series.id, series]));
}

const textsOf = (elements: readonly Element[] | undefined) =>
  (elements ?? []).flatMap(({ type, style }) => (type === 'text' ? [style?.['text']] : []));

it.each(samplePanels.map((panel) => [panel.title, panel] as const))(
  '%s is drawn without a number that is none',
  (_, panel) => {
    const { option, plotHeight } = drawPanel(panel, tools);
    const { min: left, max: right } = option['xAxis'] as { min: number; max: number };
    const { min: low, max: high } = option['yAxis'] as { min: number; max: number };
    expect(right).toBeGreaterThan(left);
    expect(high).toBeGreaterThan(low);
    if (typeof plotHeight === 'number') expect(plotHeight).toBeGreaterThan(0);
    const numbers = Object.values(elementsOf(panel))
      .flat()
      .flatMap(({ shape = {} }) => Object.values(shape).filter((value) => typeof value === 'number'));
    expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
  },
);

it('the line of equal coordinates lies within both axes, and has a dash of its own', () => {
  const { option, legend } = drawPanel(
    { ...panelOf('points'), x: { label: 'x', from: -1, to: 3 }, y: { label: 'y', from: 0, to: 2 } },
    tools,
  );
  const [line] = (option['series'] as readonly Series[]).filter(({ id }) => id === 'equality');
  expect(line?.data).toEqual([
    [0, 0],
    [2, 2],
  ]);
  const dashes = legend.flatMap(({ label, dash }) => (['one half', 'equal'].includes(label) ? [dash] : []));
  expect(dashes).toHaveLength(2);
  expect(dashes[0]).not.toEqual(dashes[1]);
});

describe('a map of regions', () => {
  const map: MapPanel = {
    kind: 'map',
    title: 'Halves',
    x: { label: 'x', from: 0, to: 1 },
    y: { label: 'y', from: 0, to: 1 },
    across: 4,
    up: 4,
    content: {
      kind: 'regions',
      meaning: 'Side',
      cells: [0, 1, 2, 3].flatMap(() => [0, 0, 1, 1]),
      labels: [
        { label: 0, text: 'left', words: ['7', 'at 0.5', 'items 0 and 1'] },
        { label: 1, text: 'right' },
      ],
    },
  };

  it('has as many words as there is room for', () => {
    expect(textsOf(elementsOf(map, 1000)['words'])).toEqual(['7\nat 0.5\nitems 0 and 1', 'right']);
    expect(textsOf(elementsOf(map, 170)['words'])).toEqual(['7\nat 0.5', 'right']);
    expect(textsOf(elementsOf(map, 10)['words'])).toEqual([]);
  });

  it('has one colour per region and lines between regions', () => {
    const { cells = [], edges = [] } = elementsOf(map);
    expect(cells.map(({ style }) => style?.['fill'])).toEqual(regionFills(false).slice(0, 2));
    expect(edges.map(({ shape }) => shape)).toEqual([{ x1: 200, y1: 400, x2: 200, y2: 0 }]);
  });

  it('tells what each region stands for, and how large it is', () => {
    expect(shownRegions(map, false).map(({ text, share }) => [text, share])).toEqual([
      ['left', 0.5],
      ['right', 0.5],
    ]);
  });
});

describe('a map of values', () => {
  const map = panelOf('map');

  it('has the colour of the band, says its ends, and leaves out what has no value', () => {
    const { cells } = seriesOf(map);
    expect(cells?.data.map(({ name }) => name)).toEqual(['payment 0.5 to 0.6']);
    const scale = colorScale('payment', [], { from: 0, to: 1 }, 10);
    expect(elementsOf(map)['cells']?.[0]?.style?.['fill']).toBe(colorOf(0.55, scale));
  });

  it('of many cells is one image, the highest y first', () => {
    const side = 120;
    const values = Array.from({ length: side * side }, (_, n) => (n === 0 ? null : n));
    const content = { kind: 'values' as const, quantity: 'score', values };
    const [cells] = elementsOf({ ...map, across: side, up: side, content })['cells'] ?? [];
    const { rgba } = cells?.style?.['image'] as { readonly rgba: readonly number[] };
    const lowest = 4 * side * (side - 1);
    expect(rgba.slice(lowest, lowest + 4)).toEqual([0, 0, 0, 0]);
    expect(rgba.slice(4 * (side - 1), 4 * side)).toEqual([0xff, 0xea, 0x46, 255]);
  });
});

it('values beyond the range of the colours have those of its ends', () => {
  const scale = colorScale('chance', [], { from: 0, to: 1 }, 4);
  expect([-1, 0, 0.26, 1, 2].map((value) => bandOf(value, scale))).toEqual([0, 0, 1, 3, 3]);
  const equal = colorScale('chance', [3, 3], undefined);
  expect(equal.range.from).toBeLessThan(equal.range.to);
});

it('a band around a line ends where it has no value', () => {
  const bands = elementsOf(panelOf('lines'))['band:0'] ?? [];
  expect(bands).toHaveLength(2);
});

it('an estimator has its own colour, and whatever else is no estimator another one', () => {
  const { legend } = drawPanel(panelOf('lines'), tools);
  expect(legend.map(({ label, color }) => [label, color])).toEqual([
    ['learned', styleAt(0).color],
    ['at first', categoryStyle(0, false).color],
    ['half a nat', tools.colors.text],
  ]);
});

it('bars with long names lie', () => {
  const bars = panelOf('bars');
  const names = ['colour of the background', 'shape of the object', 'number of its parts'];
  const lying = drawPanel({ ...bars, bins: { kind: 'names', names } }, tools).option;
  expect(lying['yAxis']).toMatchObject({ inverse: true, name: 'code' });
  expect(drawPanel(bars, tools).option['xAxis']).toMatchObject({ name: 'code' });
});

it('a bar says its value and its interval', () => {
  const { bars } = seriesOf(panelOf('bars'));
  expect(bars?.data[0]?.name).toBe('train, a: 0.5 \u00b1 0.1');
  expect(elementsOf(panelOf('bars'))['bars']).toHaveLength(5 + 2);
});

describe('a graph', () => {
  const graph = panelOf('graph');

  it('that is a tree has its root above its leaves', () => {
    const { kind, places } = layoutOf(graph);
    expect(kind).toBe('tree');
    expect(places.map(([, y]) => y)).toEqual([-1, -2, -2]);
    expect(places[1]?.[0]).toBeLessThan(places[2]?.[0] ?? 0);
  });

  it('with a circle is laid out by forces, the same every time', () => {
    const circle = { ...graph, edges: [...graph.edges, { from: 2, to: 0 }] };
    const layout = layoutOf(circle);
    expect(layout.kind).toBe('forces');
    expect(layoutOf(circle)).toEqual(layout);
    expect(new Set(layout.places.map(String)).size).toBe(3);
  });

  it('that brings places keeps them', () => {
    const nodes = graph.nodes.map((node, n) => ({ ...node, at: [n, -n] as [number, number] }));
    expect(layoutOf({ ...graph, nodes }).places).toEqual([
      [0, -0],
      [1, -1],
      [2, -2],
    ]);
  });

  it('says what its edges lead to', () => {
    expect(seriesOf(graph)['edges']?.data.map(({ name }) => name)).toEqual([
      'root to left, probability 0.75',
      'root to right, rest',
    ]);
  });
});

it('tokens that do not fit go on in the next line, and a line break breaks it', () => {
  const token = (text: string) => ({ text, weight: 0 });
  const tokens = [...Array.from({ length: 20 }, () => token('four')), token('\n'), token('end')];
  const { sheet } = seriesOf({ ...panelOf('tokens'), texts: [{ caption: '', tokens }] });
  const option = drawPanel({ ...panelOf('tokens'), texts: [{ caption: '', tokens }] }, tools).option;
  const marks = (option['series'] as readonly Series[])[0];
  const places: number[][] = [];
  sheet?.data.forEach((_, dataIndex) =>
    marks?.renderItem({ dataIndex }, { coord: (place: number[]) => (places.push(place), place) }),
  );
  const lines = [...new Set(places.slice(1).map(([, y]) => y))];
  expect(lines).toHaveLength(3);
  expect(places.at(-1)?.[0]).toBe(0);
});

it('a long table is cut, and says so', () => {
  const rows = Array.from({ length: 50 }, (_, n) => [`row ${n}`, n]);
  const texts = textsOf(elementsOf({ ...panelOf('table'), rows })['sheet']);
  expect(texts).toContain('row 39');
  expect(texts).not.toContain('row 40');
  expect(texts.at(-1)).toBe('and 10 more rows');
});
