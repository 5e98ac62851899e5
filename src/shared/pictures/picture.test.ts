import { describe, expect, it } from 'vitest';
import { panelOf, samplePanels, sampleRich } from './sample-panels.ts';
import { inputAt } from './asks.ts';
import { factRows, panelRows, plainPanels, readPicture, type Panel } from './picture.ts';

const pictureOf = (...panels: unknown[]) => ({ note: '', facts: [], panels });
const read =
  (...panels: unknown[]) =>
  () =>
    readPicture(pictureOf(...panels), 'codes');

describe.each(
  [...samplePanels, sampleRich].map((panel) => [`${panel.kind}, ${panel.title}`, panel] as const),
)('%s', (_, panel) => {
  it('comes back from JSON as it was', () => {
    const picture = pictureOf(panel);
    expect(readPicture(JSON.parse(JSON.stringify(picture)), 'codes')).toEqual(picture);
  });

  it('has rows as wide as its header', () => {
    const { header, rows } = panelRows(panel);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.length))).toEqual(new Set([header.length]));
    expect(new Set(header).size).toBe(header.length);
  });
});

it.each<[string, Panel, unknown]>([
  ['table', panelOf('table'), ['first', 0.25]],
  ['images', panelOf('images'), [0, 'as numbers', 0, 0, -1]],
  ['points', panelOf('points'), [0, 0, 0, 1, 'even', 'zero']],
  ['lines', panelOf('lines'), ['learned', 0, 1, 0.9, 1.1]],
  ['bars', panelOf('bars'), ['train', 'a', 0.5, 0.1]],
  ['map', panelOf('map'), [0.5, 0.5, 0.5]],
  ['graph', panelOf('graph'), ['node', 0, 'root', null, null, null, null, null]],
  ['matrix', panelOf('matrix'), ['cat', 8, 2]],
  ['tokens', panelOf('tokens'), [0, 'first', 0, 'the', -0.5]],
])('the first row of %s', (_, panel, row) => {
  expect(panelRows(panel).rows[0]).toEqual(row);
});

it('a plot can ask a question about a place, whose input has each key once', () => {
  const asks = { question: 'decode', label: 'Decode', x: 'first', y: 'second', input: { third: 0 } };
  for (const panel of [panelOf('points'), panelOf('map')]) {
    const picture = pictureOf({ ...panel, asks });
    expect(readPicture(picture, 'codes')).toEqual(picture);
  }
  expect(inputAt(asks, [0.5, -1])).toEqual({ third: 0, first: 0.5, second: -1 });
  expect(inputAt({ question: 'decode', label: 'Decode', x: 'first' }, [0.5, -1])).toEqual({ first: 0.5 });
  expect(read({ ...panelOf('map'), asks: { ...asks, y: 'first' } })).toThrow(/go by the key first/);
  expect(read({ ...panelOf('map'), asks: { ...asks, input: { second: 1 } } })).toThrow(/the key second/);
  expect(read({ ...panelOf('lines'), asks })).toThrow(/asks/);
});

it('bytes of an image are numbers of its range', () => {
  const { rows } = panelRows(panelOf('images'));
  expect(rows.slice(4).map((row) => row.at(-1))).toEqual([-1, -0.6, -0.2, 1]);
});

it('a point that came a way has a row for each place of it, the end last', () => {
  const { rows } = panelRows(panelOf('points'));
  expect(rows.slice(1).map(([, step, x]) => [step, x])).toEqual([
    [0, 0.4],
    [1, 0.7],
    [2, 1],
  ]);
});

it('edges of a graph follow its nodes, and name both ends', () => {
  const { rows } = panelRows(panelOf('graph'));
  expect(rows.slice(3).map((row) => row.slice(2, 6))).toEqual([
    ['root \u2192 left', null, 0, 1],
    ['rest', null, 0, 2],
  ]);
});

it.each<[string, Panel | object, string]>([
  [
    'an uneven row',
    { ...panelOf('table'), rows: [['one']] },
    'row 0: expected 2 cells, one per column, got 1',
  ],
  [
    'pixels that are missing',
    { ...panelOf('images'), images: [{ caption: '', pixels: [0, 1, 0] }] },
    'image 0: expected 2 x 2 pixels, 4 numbers, got 3',
  ],
  [
    'bytes that are missing',
    { ...panelOf('images'), images: [{ caption: '', pixels: btoa('abc') }] },
    'image 0: expected 2 x 2 pixels, 4 numbers, got 3',
  ],
  [
    'too many images',
    { ...panelOf('images'), images: Array.from({ length: 401 }, () => panelOf('images').images[0]) },
    'images: at most 400 fit into one panel, got 401; show fewer',
  ],
  [
    'a class that there is not',
    { ...panelOf('points'), points: [{ x: 0, y: 0, class: 2 }] },
    'point 0: class 2 is not among the 2 classes, counted from 0',
  ],
  [
    'too many points',
    { ...panelOf('points'), points: Array.from({ length: 20_001 }, () => ({ x: 0, y: 0 })) },
    'points: at most 20000 fit into one panel, got 20001; show fewer',
  ],
  [
    'a series whose ends differ',
    { ...panelOf('lines'), series: [{ label: 'a', xs: [0, 1], ys: [0] }] },
    'series a: xs, ys and the band have to be equally long',
  ],
  [
    'a series that goes back',
    { ...panelOf('lines'), series: [{ label: 'a', xs: [1, 0], ys: [0, 0] }] },
    'series a: xs have to ascend; points in any order are a panel of points',
  ],
  [
    'a bar that is missing',
    { ...panelOf('bars'), series: [{ label: 'a', values: [0, 1] }] },
    'series a: expected 3 values, one per name, got 2',
  ],
  [
    'edges in no order',
    { ...panelOf('bars'), bins: { kind: 'edges', edges: [0, 0, 1, 2] } },
    'the edges of the bins have to ascend',
  ],
  [
    'a mark of no class',
    { ...panelOf('map'), marks: { classes: [{ label: 'data' }], points: [{ x: 0, y: 0, class: 1 }] } },
    'mark 0: class 1 is not among the 1 classes, counted from 0',
  ],
  ['cells that are missing', { ...panelOf('map'), across: 3 }, 'expected 3 x 1 cells, 3 numbers, got 2'],
  [
    'a label without a text',
    {
      ...panelOf('map'),
      content: { kind: 'regions', meaning: 'Class', cells: [0, 4], labels: [{ label: 0, text: 'in' }] },
    },
    'the cells have the label 4, which has no text in labels',
  ],
  [
    'an edge to nowhere',
    { ...panelOf('graph'), edges: [{ from: 0, to: 3 }] },
    'edge 0: goes from 0 to 3, but there are 3 nodes, counted from 0',
  ],
  [
    'a graph that is half placed',
    { ...panelOf('graph'), nodes: [{ label: 'a', at: [0, 0] }, { label: 'b' }], edges: [] },
    'either all nodes have a place (at), or none has',
  ],
  [
    'a row of a matrix that is missing',
    { ...panelOf('matrix'), values: [[1, 2]] },
    'expected 2 rows, one per name, got 1',
  ],
  [
    'too many tokens',
    {
      ...panelOf('tokens'),
      texts: [{ caption: '', tokens: Array.from({ length: 10_001 }, () => ({ text: 'a', weight: 0 })) }],
    },
    'tokens: at most 10000 fit into one panel, got 10001; show fewer',
  ],
])('%s is refused in one sentence', (_, panel, sentence) => {
  expect(read(panel)).toThrow(`the picture "codes": panels.0: ${sentence}`);
});

it('two panels of one title are refused', () => {
  const [first, second] = samplePanels;
  expect(read(first, { ...second, title: first?.title })).toThrow(
    'the picture "codes": panels: two panels are called "Scores"; give each a title of its own',
  );
});

it('a number that is none is refused, with its place', () => {
  expect(
    read({
      ...panelOf('matrix'),
      values: [
        [NaN, 0],
        [0, 0],
      ],
    }),
  ).toThrow('panels.0.values.0.0');
});

it('a picture of too many bytes is refused', () => {
  const panels = Array.from({ length: 6 }, (_, n) => ({
    ...sampleRich,
    title: `Menu ${n}`,
    data: 'x'.repeat(2 ** 21),
  }));
  expect(read(...panels)).toThrow('the picture "codes" takes 12.0 MiB, at most 8 fit; show less of it');
});

it('without a page, a rich panel is its table and what else it brings', () => {
  const plain = plainPanels(readPicture(pictureOf(sampleRich), 'codes'));
  expect(plain.map(({ kind, title }) => [kind, title])).toEqual([
    ['table', 'Menu'],
    ['table', 'Scores'],
  ]);
});

it('facts are rows of their own', () => {
  expect(factRows([{ label: 'Codes used', value: 12, unit: 'of 64' }])).toEqual({
    header: ['Fact', 'Value', 'Unit'],
    rows: [['Codes used', 12, 'of 64']],
  });
});
