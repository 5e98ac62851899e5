/** What a policy is worth and by whom, the weights that this rests on, and where users and items lie. */
import type { BarsPanel } from '../../../shared/pictures/bars.ts';
import type { Fact, Picture } from '../../../shared/pictures/picture.ts';
import type { PanelPoint } from '../../../shared/pictures/points.ts';
import type { PictureDefinition } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { estimateOf, findOpeEstimator, partsOf } from '../../off-policy/estimates/estimators.ts';
import { largest } from '../../statistics/neighbours.ts';
import { principalAxes } from '../../statistics/principal-axes.ts';
import { drawCalibration } from './calibration-picture.ts';
import { canWeigh, type TwoTowerConfig } from './config.ts';
import { estimatedWords, towerBaselines, type TowerData } from './tower-data.ts';
import { seeTested, towersOf, type TrainedTowers } from './trained-towers.ts';

/** Half width of a 95 % interval, in standard errors. */
const HALF_WIDTH = 1.96;
const BINS = 40;
const MOST_USERS = 400;
const MOST_ITEMS = 1000;
const PREVIEWED_ITEMS = 100;
const PREVIEWED_ROUNDS = 10;
const MOST_COLUMNS = 20;

const estimators = [
  { name: 'dm', label: 'Reward model' },
  { name: 'ipw', label: 'IPS' },
  { name: 'snipw', label: 'SNIPS' },
  { name: 'dr', label: 'Doubly robust' },
] as const;

async function drawValue(trained: TrainedTowers, host: EngineHost): Promise<Picture> {
  const data = await trained.data();
  const { judged, value, greedyValue } = await seeTested(trained, host);
  const { log, rewardModel } = data;
  const lines = towerBaselines(data);
  const usable = estimators.filter(
    ({ name }) =>
      (name === 'dm' || log.test.propensity !== null) &&
      ((name !== 'dm' && name !== 'dr') || rewardModel !== null),
  );
  const found = usable.map(({ name, label }) => ({
    label,
    ...estimateOf(partsOf(findOpeEstimator(name), judged, null)),
  }));
  const finite = (x: number) => (Number.isFinite(x) ? x : null);
  const thresholds = [
    ...(value === null ? [] : [{ axis: 'y' as const, at: value, label: 'true value' }]),
    ...(['uniformPolicy', 'behaviourPolicy', 'bestPolicy'] as const).flatMap((name) => {
      const at = lines[name];
      const label = { uniformPolicy: 'uniform', behaviourPolicy: 'logging policy', bestPolicy: 'best' }[name];
      return at === undefined ? [] : [{ axis: 'y' as const, at, label }];
    }),
  ];
  const facts: Fact[] =
    value === null
      ? [{ label: 'Mean reward of the log', value: lines['behaviourPolicy']! }]
      : [
          { label: 'True value', value },
          { label: 'True value of the most likely items', value: greedyValue! },
        ];
  if (found.length === 0)
    return { note: 'Nothing in the log says what the policy is worth.', facts, panels: [] };
  return {
    note: marked(
      'What the policy would earn per round, estimated from the test rounds, with 95 % intervals that leave out the error of the reward model. Lines mark known values.',
      data,
    ),
    facts,
    panels: [
      {
        kind: 'bars',
        title: 'Value of the policy',
        x: { label: 'estimator' },
        y: { label: 'reward per round' },
        bins: { kind: 'names', names: found.map(({ label }) => label) },
        series: [
          {
            label: 'estimate',
            values: found.map((estimate) => finite(estimate.value)),
            halfWidths: found.map(({ standardError }) => finite(HALF_WIDTH * standardError)),
          },
        ],
        thresholds,
      },
    ],
  };
}

/** A note on figures with weights, and that those are guessed, where they are. */
function marked(note: string, { estimated }: TowerData): string {
  return estimated === null ? note : `${note} ${estimatedWords(estimated)}`;
}

async function drawWeights(trained: TrainedTowers, host: EngineHost): Promise<Picture> {
  const { judged, unsupported } = await seeTested(trained, host);
  const { weights, rounds } = judged;
  const sum = weights.reduce((total, w) => total + w, 0);
  const squares = weights.reduce((total, w) => total + w * w, 0);
  const most = weights.reduce((best, w) => Math.max(best, w), 0);
  const { learning } = trained.config;
  const limit =
    learning.kind === 'ips' ? learning.clip : learning.kind === 'switch-dr' ? learning.limit : null;
  const width = Math.max(most, 1) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const w of weights) counts[Math.min(BINS - 1, Math.floor(w / width))]! += 1;
  const panel: BarsPanel = {
    kind: 'bars',
    title: 'Weights',
    x: { label: 'policy / propensity' },
    y: { label: 'test rounds' },
    bins: { kind: 'edges', edges: Array.from({ length: BINS + 1 }, (_, i) => i * width) },
    series: [{ label: 'rounds', values: counts }],
    thresholds: [
      { axis: 'x', at: 1, label: 'as logged' },
      ...(limit === null || limit > most ? [] : [{ axis: 'x' as const, at: limit, label: 'limit' }]),
    ],
  };
  return {
    note: marked(
      'How much more often the policy shows the item of a test round than the logging policy did. A few large weights decide what an estimate says.',
      await trained.data(),
    ),
    facts: [
      {
        label: 'Effective sample size',
        value: squares === 0 ? 0 : (sum * sum) / squares,
        unit: `of ${rounds} rounds`,
      },
      { label: 'Mean weight', value: sum / rounds },
      { label: 'Largest weight', value: most },
      ...(limit === null
        ? []
        : [
            {
              label: 'Above the limit',
              value: weights.filter((w) => w > limit).length,
              unit: `of ${rounds} rounds`,
            },
          ]),
      { label: 'Shows of items that the log never shows', value: 100 * unsupported, unit: '%' },
    ],
    panels: [panel],
  };
}

async function drawEmbeddings(trained: TrainedTowers): Promise<Picture> {
  const { log } = await trained.data();
  const towers = towersOf(trained);
  const { embeddingSize: size, items } = towers;
  const rowsOf = (values: Float64Array, count: number) =>
    Array.from({ length: count }, (_, i) => values.subarray(i * size, (i + 1) * size));
  const shown = rowsOf(items, Math.min(MOST_ITEMS, log.items.count));
  const users = Array.from({ length: Math.min(MOST_USERS, log.test.rounds) }, (_, n) => {
    const u = new Float64Array(size);
    towers.user(log.test.context, n * log.contextDimension, u);
    return u;
  });
  // u . v stays what it is when u grows as v shrinks: both are drawn in the length of the items.
  const ratio = rootMeanSquare(shown) / (rootMeanSquare(users) || 1);
  const alike = users.map((row) => row.map((value) => value * ratio));
  const { project, shares } = principalAxes([...shown, ...alike]);
  const point = (row: Float64Array, kind: number, label?: string): PanelPoint => {
    const [x, y] = project(row);
    return { x, y, class: kind, ...(label === undefined ? {} : { label: label.slice(0, 200) }) };
  };
  const axis = (n: number) => ({
    label: `axis ${n + 1} (${(100 * shares[n]!).toFixed(0)} % of the variance)`,
  });
  return {
    note: `Vectors of ${shown.length === log.items.count ? 'all' : `the first ${shown.length}`} items and of ${users.length} contexts of test rounds on their first two principal axes, contexts scaled to the length of the items. A context is shown items in whose direction it lies, as far as two of ${size} dimensions can tell.`,
    facts: [],
    panels: [
      {
        kind: 'points',
        title: 'Users and items',
        x: axis(0),
        y: axis(1),
        // Items last, over the many contexts.
        classes: [{ label: 'context' }, { label: 'item' }],
        points: [
          ...alike.map((row) => point(row, 0)),
          ...shown.map((row, item) => point(row, 1, log.items.names[item])),
        ],
      },
    ],
  };
}

function rootMeanSquare(rows: readonly Float64Array[]): number {
  const squares = rows.reduce((sum, row) => sum + row.reduce((own, value) => own + value * value, 0), 0);
  return Math.sqrt(squares / rows.length);
}

/** How often the training rounds show each item and what came of it, and their first rows: `ProblemDefinition.preview`. */
export function previewLog({ log }: TowerData): Picture {
  const { train, items, contextDimension, contextNames } = log;
  const counts = new Float64Array(items.count);
  const sums = new Float64Array(items.count);
  train.action.forEach((item, n) => {
    counts[item]! += 1;
    sums[item]! += train.reward[n]!;
  });
  const shown = largest(counts, PREVIEWED_ITEMS);
  const bins = { kind: 'names' as const, names: shown.map((item) => items.names[item]!.slice(0, 200)) };
  const width = Math.min(MOST_COLUMNS, contextDimension);
  const rows = Array.from({ length: Math.min(PREVIEWED_ROUNDS, train.rounds) }, (_, n) => [
    items.names[train.action[n]!]!,
    train.reward[n]!,
    train.propensity?.[n] ?? null,
    train.position?.[n] ?? null,
    ...train.context.slice(n * contextDimension, n * contextDimension + width),
  ]);
  return {
    note: shown.length < items.count ? `The ${shown.length} most shown of ${items.count} items.` : '',
    facts: [],
    panels: [
      {
        kind: 'bars',
        title: 'How often an item is shown',
        x: { label: 'item' },
        y: { label: 'share of the training rounds' },
        bins,
        series: [{ label: 'share', values: shown.map((item) => counts[item]! / train.rounds) }],
      },
      {
        kind: 'bars',
        title: 'Mean reward where it is shown',
        x: { label: 'item' },
        y: { label: 'reward' },
        bins,
        series: [
          {
            label: 'mean reward',
            values: shown.map((item) => (counts[item] === 0 ? null : sums[item]! / counts[item]!)),
          },
        ],
      },
      {
        kind: 'table',
        title: 'First training rounds',
        columns: [
          'Item',
          'Reward',
          'Propensity',
          'Place',
          ...contextNames.slice(0, width).map((name) => name.slice(0, 200)),
        ],
        rows,
      },
    ],
  };
}

export const twoTowerPictures: readonly PictureDefinition<TwoTowerConfig, TowerData>[] = [
  {
    name: 'value',
    label: 'Value',
    help: 'What the policy would earn by four estimators on the test rounds, with intervals, beside what is known.',
    draw: drawValue,
  },
  {
    name: 'weights',
    label: 'Weights',
    help: 'Distribution of policy / propensity over the test rounds, effective sample size and support.',
    shows: canWeigh,
    draw: drawWeights,
  },
  {
    name: 'calibration',
    label: 'Calibration',
    help: 'Predictions of the reward model beside the rewards, and estimated propensities beside the shares of items shown.',
    shows: ({ rewardModel, estimatePropensities }) => rewardModel.kind !== 'none' || estimatePropensities,
    draw: drawCalibration,
  },
  {
    name: 'embeddings',
    label: 'Embeddings',
    help: 'Users and items on the two principal axes of their vectors.',
    draw: drawEmbeddings,
  },
];
