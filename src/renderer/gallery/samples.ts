/** What the gallery shows its components with: data as the studio sends them, and texts longer than anybody writes. */
import type { JsonObject } from '../../shared/config-path.ts';
import type { Alert } from '../../shared/health.ts';
import type { MapPanel } from '../../shared/pictures/map.ts';
import type { Fact, PlainPanel } from '../../shared/pictures/picture.ts';
import { panelOf } from '../../shared/pictures/sample-panels.ts';
import type { ChartLine, ReferenceLine } from '../charts/chart-data.ts';
import type { Schema } from '../ui/schema-form/schema.ts';

export const LONG =
  'A sentence that goes on for longer than the place that it stands in was drawn for, with a word_that_has_no_place_to_break_at_all_in_it';

export const warning: Alert = {
  id: 'dying-options',
  series: 'menu.alive',
  collapse: false,
  since: 200,
  step: 300,
  clearedAt: null,
  numbers: { 'menu.alive': 3 },
  sentence: '3 of 512 options are bought by anybody, and fewer with every evaluation since step 200.',
};

export const collapse: Alert = {
  ...warning,
  id: 'nothing-hard',
  series: 'revenue.hard',
  collapse: true,
  sentence: 'The hard revenue is 0 at every evaluation since step 200.',
};

export const help = {
  label: 'REBAR',
  summary: 'Score function with a control variate from a relaxed sample.',
  help: {
    formula:
      '\\hat g = [f(b) - \\eta f(\\tilde z)]\\,\\nabla\\log p(b) + \\eta\\,\\nabla f(z) - \\eta\\,\\nabla f(\\tilde z)',
    intuition:
      'The relaxed value at $\\tilde z$ is close to $f(b)$, so that little is left for the score function.',
    fails: 'When the relaxation says nothing of $f$ at the corners.',
  },
  references: [
    {
      authors: 'Tucker et al.',
      title: 'REBAR: low-variance, unbiased gradient estimates for discrete latent variable models',
      venue: 'NeurIPS 2017',
      url: 'https://arxiv.org/abs/1703.07370',
    },
  ],
};

export const markdown = `## What came out

*Softmax* collapses, **straight-through** does not: see [the paper](https://arxiv.org/abs/1611.01144).

- seeds 1 to 5
- \`temperature\` from 1 to 0.1

| estimator | hard revenue |
| --- | ---: |
| softmax | 0.0 |
| st-gumbel-softmax | 12.4 |

> ${LONG}

\`\`\`
npx gumbel-studio run --preset collapse
\`\`\`
`;

const integer = (description: string, more: Partial<Schema> = {}): Schema => ({
  type: 'integer',
  minimum: 1,
  description,
  ...more,
});

export const formSchema: Schema = {
  type: 'object',
  properties: {
    steps: integer('How long it trains', { default: 1000, maximum: 1_000_000 }),
    learningRate: {
      type: 'number',
      description: 'Of Adam',
      default: 0.01,
      slider: { from: 1e-4, to: 1, scale: 'log' },
    },
    trained: { type: 'boolean', description: 'Whether the prices are learned', default: true },
    loss: { type: 'string', enum: ['squared', 'absolute'], description: LONG, default: 'squared' },
    goods: { type: 'array', description: 'Numbers, separated by commas', default: [1, 2] },
    temperature: {
      description: 'A number, or a schedule over the steps',
      widget: 'schedule',
      default: 1,
      anyOf: [
        { type: 'number', exclusiveMinimum: 0 },
        {
          type: 'object',
          properties: {
            kind: { const: 'exponential', description: 'Falls by the same share in every step' },
            from: { type: 'number', description: 'At the first step' },
            to: { type: 'number', description: 'At the last step' },
          },
        },
      ],
    },
    seed: { description: 'Of the data', default: null, anyOf: [integer('Any'), { type: 'null' }] },
    bidders: {
      type: 'string',
      widget: 'file',
      samples: 'bidders',
      description: 'A file of valuations',
      default: '',
    },
    warmStart: {
      type: 'object',
      widget: 'artefact',
      maker: 'bundle-flow',
      samples: 'flows',
      description: 'What another run trained',
      properties: { path: { type: 'string' }, sha256: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    },
    reward: { type: 'string', widget: 'run', makers: ['two-tower'], description: 'A completed run' },
    code: { type: 'string', widget: 'lines', description: 'A line per host', default: '' },
    drawn: { type: 'object', widget: 'pixels', description: 'A digit' },
  },
};

export const formValue: JsonObject = {
  steps: 2000,
  learningRate: 0.01,
  trained: true,
  loss: 'squared',
  goods: [1, 2, 3],
  temperature: { kind: 'exponential', from: 1, to: 0.1 },
  seed: null,
  bidders: '',
  warmStart: { path: '', sha256: null },
  reward: '',
  code: 'one\ntwo',
  drawn: { width: 28, height: 28, bytes: '' },
};

export const formIssues: ReadonlyMap<string, string> = new Map(
  Object.keys(formValue).map((key) => [
    key,
    `expected something else than ${key}. ${key === 'loss' ? LONG : ''}`,
  ]),
);

export const facts: Fact[] = [
  { label: 'Revenue', value: 12.375 },
  { label: 'Of the optimum', value: 97.25, unit: '%' },
  { label: LONG.slice(0, 80), value: 0.000_012_345, unit: 'of 400 points' },
  { label: 'Not finite', value: null },
];

const count = 40;
const many = Array.from({ length: count }, (_, n) => n);

/** Panels with a lot in them. */
export const largePanels: readonly PlainPanel[] = [
  {
    kind: 'table',
    title: LONG,
    columns: ['Number', 'Name of the row, as long as it is', 'Value', 'Square'],
    rows: Array.from({ length: 250 }, (_, n) => [n, n === 3 ? LONG : `row ${n}`, n / 7, n ** 2]),
  },
  {
    kind: 'lines',
    title: 'Twelve lines',
    x: { label: 'step' },
    y: { label: 'loss', scale: 'log' },
    series: Array.from({ length: 12 }, (_, n) => ({
      label: n === 4 ? LONG : `estimator ${n}`,
      xs: many,
      ys: many.map((x) => (1 + n) * Math.exp(-x / (4 + n))),
    })),
  },
  {
    kind: 'bars',
    title: 'Forty names',
    x: { label: 'code' },
    y: { label: 'share' },
    bins: { kind: 'names', names: many.map((n) => `name ${n}`) },
    series: [{ label: 'train', values: many.map((n) => ((n * 7) % 11) / 11) }],
  },
  {
    kind: 'map',
    title: 'Sixty-four regions',
    x: { label: 'value of item 0', from: 0, to: 1 },
    y: { label: 'value of item 1', from: 0, to: 1 },
    across: 8,
    up: 8,
    content: {
      kind: 'regions',
      meaning: 'Option',
      cells: Array.from({ length: 64 }, (_, n) => n),
      labels: Array.from({ length: 64 }, (_, n) => ({ label: n, text: n === 0 ? LONG : `option ${n}` })),
    },
  },
  {
    kind: 'matrix',
    title: 'Forty by forty',
    rows: { label: 'true', names: many.map((n) => `class ${n}`) },
    columns: { label: 'predicted', names: many.map((n) => `class ${n}`) },
    quantity: 'images',
    values: many.map((row) => many.map((column) => Math.max(0, 9 - Math.abs(row - column)))),
  },
];

export const askingPanel: MapPanel = {
  ...panelOf('map'),
  asks: { question: 'option-at', label: 'Choice of a buyer', x: 'first', y: 'second' },
};

/** As problems give them. */
export const answers: Readonly<Record<string, unknown>> = {
  number: 0.123_456_789,
  nothing: null,
  text: LONG,
  table: many.map((n) => ({ option: n, price: n / 3, bought: n % 2 === 0 })),
  members: { utility: 1.5, choice: { option: 3, price: 0.25 }, bids: [1, 2, 3] },
  'of no known form': [[1, [2, { deep: true }]]],
};

const steps = Array.from({ length: 200 }, (_, n) => n);

function line(n: number, value: (step: number) => number, label = `estimator ${n}`): ChartLine {
  return {
    ...{ id: `${n}`, label, note: n === 0 ? 'n = 5' : '', listed: true, opacity: 1, width: 1.5 },
    ...{ color: ['#2459c8', '#1a7437', '#b3261e', '#8a5a00', '#7440b5'][n % 5]! },
    ...{ dash: n < 5 ? [] : [4, 2], xs: steps, ys: steps.map(value) },
  };
}

interface ChartCase {
  readonly name: string;
  readonly lines: readonly ChartLine[];
  readonly references: readonly ReferenceLine[];
}

export const chartCases: readonly ChartCase[] = [
  { name: 'No points', lines: [], references: [] },
  {
    name: 'Two lines',
    lines: [line(0, (x) => Math.sqrt(x)), line(1, (x) => 14 - Math.sqrt(x))],
    references: [{ label: 'optimum', value: 14.2 }],
  },
  {
    name: 'Values that are not finite',
    lines: [line(0, (x) => (x % 20 < 3 ? NaN : x))],
    references: [{ label: 'out of reach', value: 1e6 }],
  },
  {
    name: 'Twelve lines',
    lines: Array.from({ length: 12 }, (_, n) =>
      line(n, (x) => n + Math.sin(x / (5 + n)), n === 3 ? LONG : undefined),
    ),
    references: [],
  },
];
