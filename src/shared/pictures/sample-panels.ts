/** One small panel of every kind, with what is optional in it: for tests, and for the gallery of components. */
import type { Panel, PlainPanel } from './picture.ts';

export const samplePanels: readonly PlainPanel[] = [
  {
    kind: 'table',
    title: 'Scores',
    columns: ['Name', 'Score'],
    rows: [
      ['first', 0.25],
      ['<second> & "third"', null],
    ],
  },
  {
    kind: 'images',
    title: 'Filters',
    width: 2,
    height: 2,
    channels: 'grey',
    range: { from: -1, to: 1 },
    images: [
      { caption: 'as numbers', pixels: [-1, 0, 0.5, 1] },
      { caption: 'as bytes', pixels: btoa(String.fromCharCode(0, 51, 102, 255)) },
    ],
    columns: 2,
  },
  {
    kind: 'points',
    title: 'Codes',
    x: { label: 'first' },
    y: { label: 'second', from: 0, to: 2 },
    classes: [{ label: 'even' }, { label: 'odd' }],
    points: [
      { x: 0, y: 1, class: 0, label: 'zero' },
      {
        x: 1,
        y: 0.5,
        class: 1,
        trail: [
          [0.4, 0.4],
          [0.7, 0.5],
        ],
      },
    ],
    thresholds: [{ axis: 'x', at: 0.5, label: 'one half' }],
    equality: 'equal',
  },
  {
    kind: 'lines',
    title: 'Entropy by layer',
    x: { label: 'layer' },
    y: { label: 'entropy', scale: 'log' },
    series: [
      {
        label: 'learned',
        estimator: 'rebar',
        xs: [0, 1, 2],
        ys: [1, null, 0.25],
        band: { low: [0.9, null, 0.2], high: [1.1, null, 0.3] },
      },
      { label: 'at first', xs: [0, 2], ys: [1, 1] },
    ],
    thresholds: [{ axis: 'y', at: 0.5, label: 'half a nat' }],
  },
  {
    kind: 'bars',
    title: 'Used codes',
    x: { label: 'code' },
    y: { label: 'share' },
    bins: { kind: 'names', names: ['a', 'b', 'c'] },
    series: [
      { label: 'train', values: [0.5, 0.25, 0.25], halfWidths: [0.1, null, 0.05] },
      { label: 'test', values: [0.4, 0.6, null] },
    ],
  },
  {
    kind: 'bars',
    title: 'Weights',
    x: { label: 'weight' },
    y: { label: 'count' },
    bins: { kind: 'edges', edges: [-1, 0, 2] },
    series: [{ label: 'all', values: [3, 5] }],
  },
  {
    kind: 'map',
    title: 'Payment',
    x: { label: 'value of item 0', from: 0, to: 2 },
    y: { label: 'value of item 1', from: 0, to: 1 },
    across: 2,
    up: 1,
    content: {
      kind: 'values',
      quantity: 'payment',
      values: [0.5, null],
      bands: 10,
      range: { from: 0, to: 1 },
    },
    boundary: {
      label: 'where it begins',
      lines: [
        [
          [1, 0],
          [1, 1],
        ],
      ],
    },
  },
  {
    kind: 'map',
    title: 'Decision',
    x: { label: 'x', from: 0, to: 1 },
    y: { label: 'y', from: 0, to: 1 },
    across: 2,
    up: 2,
    content: {
      kind: 'regions',
      meaning: 'Class',
      cells: [0, 0, 7, 0],
      labels: [
        { label: 0, text: 'inside' },
        { label: 7, text: 'outside', words: ['out'] },
      ],
    },
    marks: {
      classes: [{ label: 'data' }, { label: 'outlier' }],
      points: [
        { x: 0.25, y: 0.5, class: 0 },
        { x: 0.75, y: 0.75, class: 1 },
      ],
    },
  },
  {
    kind: 'graph',
    title: 'Parse',
    directed: true,
    edgeQuantity: 'probability',
    classes: [{ label: 'noun' }],
    nodes: [{ label: 'root' }, { label: 'left', weight: 2, class: 0 }, { label: 'right' }],
    edges: [
      { from: 0, to: 1, weight: 0.75 },
      { from: 0, to: 2, label: 'rest' },
    ],
  },
  {
    kind: 'matrix',
    title: 'Confusion',
    rows: { label: 'true', names: ['cat', 'dog'] },
    columns: { label: 'predicted', names: ['cat', 'dog'] },
    quantity: 'images',
    values: [
      [8, 2],
      [null, 10],
    ],
  },
  {
    kind: 'tokens',
    title: 'Sample',
    quantity: 'log-probability',
    texts: [
      {
        caption: 'first',
        tokens: [
          { text: 'the', weight: -0.5 },
          { text: ' <cat>', weight: -2 },
          { text: '.', weight: null },
        ],
      },
    ],
  },
];

export const sampleRich: Panel = {
  kind: 'rich',
  title: 'Menu',
  component: 'menu',
  data: { anything: [1, 2] },
  table: { kind: 'table', title: 'Options', columns: ['Option', 'Price'], rows: [[0, 1.5]] },
  panels: [samplePanels[0]!],
};

export function panelOf<Kind extends PlainPanel['kind']>(kind: Kind): Extract<PlainPanel, { kind: Kind }> {
  const found = samplePanels.find((panel) => panel.kind === kind);
  return found as Extract<PlainPanel, { kind: Kind }>;
}
