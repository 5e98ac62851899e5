/**
 * The study "Text GANs: does a discriminator beat maximum likelihood?": `npm run study:text-gan -- [--data-dir folder] [--steps n]
 * [--seeds n] [--jobs n]`. The comparisons of each cell stay in the data folder, with what came of them beside them as JSON; one that has
 * its JSON is not run again. Prints the tables as Markdown: means over seeds with half widths of 95 % intervals (Student's t), and what
 * each method gains on maximum likelihood, seed by seed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { interval } from '../../../src/shared/interval.ts';
import { dataFolder } from '../../../src/studio/data-folder.ts';
import { cliJson } from '../../support/cli.ts';
import { sharpened } from './sharpened.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    steps: { type: 'string', default: '600' },
    seeds: { type: 'string', default: '5' },
    jobs: { type: 'string' },
  },
});
const dataDir = dataFolder(values['data-dir']);
const steps = Number(values.steps);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);

type Config = Readonly<Record<string, unknown>>;

interface Arm {
  readonly name: string;
  readonly estimator: string;
  readonly config: Config;
  readonly settings?: Config;
}

interface Cell {
  readonly name: string;
  readonly config: Config;
  /** N of SeqGAN. */
  readonly rollouts: number;
  /** Whether methods are tried with a hundredth of the step size, too. */
  readonly cautious: boolean;
  readonly columns: readonly (readonly [label: string, metric: string, digits: number])[];
  /** Temperatures at which what maximum likelihood has trained is looked at, too. */
  readonly temperatures: readonly number[];
  /** The two measures that a method has to better both. */
  readonly measures: readonly [string, string];
}

interface Outcome {
  readonly runs: readonly {
    readonly id: string;
    readonly variant: string;
    readonly estimator: string;
    readonly seed: number;
    readonly state: string;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  readonly baselines: Readonly<Record<string, number>>;
}

const half = Math.floor(steps / 2);
const FIRST = 'maximum likelihood';
const against = { kind: 'adversarial', warmSteps: half };
const leaveOneOut = { reinforce: { samples: 4, baseline: 'leave-one-out' } };

/** The step size after the first half, as a share of that before. */
const stepSize = (share: number) => ({
  learningRate: { kind: 'stepwise', from: 0.005, factor: share, every: half, to: 0.005 * share },
});

const arms = (rollouts: number, cautious: boolean): readonly Arm[] => [
  { name: FIRST, estimator: 'gradient', config: { method: { kind: 'likelihood' } } },
  {
    name: 'its first half, the warm start',
    estimator: 'gradient',
    config: { method: { kind: 'likelihood' }, steps: half },
  },
  ...[
    { of: '', config: {} },
    ...(cautious ? [{ of: ', smaller steps', config: stepSize(0.01) }] : []),
  ].flatMap(({ of, config }): Arm[] => [
    {
      name: `REINFORCE, leave-one-out${of}`,
      estimator: 'reinforce',
      config: { ...config, method: against },
      settings: leaveOneOut,
    },
    {
      name: `SeqGAN, ${rollouts} rollouts${of}`,
      estimator: 'reinforce',
      config: { ...config, method: { ...against, rollouts, rolloutRate: 0.8, reward: 'probability' } },
      settings: { reinforce: { baseline: 'moving-average' } },
    },
  ]),
  { name: 'Gumbel-Softmax', estimator: 'gumbel-softmax', config: { method: against } },
  {
    name: 'Gumbel-Softmax, temperature 0.2',
    estimator: 'gumbel-softmax',
    config: { method: against, temperature: 0.2 },
  },
  { name: 'straight-through Gumbel-Softmax', estimator: 'st-gumbel-softmax', config: { method: against } },
];

const shared: Cell['columns'] = [
  ['NLL by the oracle', 'oracleNll', 4],
  ['test NLL', 'hardTestNll', 4],
  ['entropy', 'generatorEntropy', 4],
  ['self-BLEU', 'selfBleu', 4],
  ['different', 'different', 3],
];
const cells: readonly Cell[] = [
  {
    name: 'Markov chain, six tokens, sequences of five',
    config: { data: { kind: 'tabular' } },
    ...{ rollouts: 16, cautious: true },
    columns: [['KL(p, q)', 'klFromOracle', 4], ['KL(q, p)', 'klToOracle', 4], ...shared],
    temperatures: [],
    measures: ['klFromOracle', 'klToOracle'],
  },
  {
    name: 'LSTM oracle, 30 tokens, sequences of eight',
    config: { data: { kind: 'oracle', symbols: 30, count: 5000 }, length: 8 },
    ...{ rollouts: 4, cautious: false },
    columns: shared,
    temperatures: [0.95, 0.9, 0.8, 0.7],
    measures: ['oracleNll', 'hardTestNll'],
  },
];

/** An arm is a comparison of its own, as it has an estimator of its own; runs of one seed share data and minibatches all the same. */
async function outcomeOf(cell: Cell, { name, estimator, config, settings = {} }: Arm): Promise<Outcome> {
  const stem = join(dataDir, `text-gan ${cell.name}, ${name}, ${steps} steps, ${seeds.length} seeds`);
  if (existsSync(`${stem}.json`)) return JSON.parse(readFileSync(`${stem}.json`, 'utf8')) as Outcome;
  const request = {
    problem: 'text-gan',
    name: `${cell.name}: ${name}`,
    backend: 'wasm',
    config: {
      ...{ steps, evaluateEvery: steps, logEvery: steps },
      ...stepSize(0.1),
      ...cell.config,
      ...config,
    },
    estimators: [estimator],
    seeds,
    variants: [{ name, config: {}, settings }],
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(`${stem}.request.json`, JSON.stringify(request));
  process.stderr.write(`${request.name}\n`);
  const jobs = values.jobs === undefined ? [] : ['--jobs', values.jobs];
  const outcome = await cliJson<Outcome>([
    ...['run', '--config', `${stem}.request.json`, '--data-dir', dataDir],
    ...jobs,
  ]);
  if (outcome.runs.some(({ state }) => state !== 'completed'))
    throw new Error(`${request.name}: a run did not complete; start again`);
  writeFileSync(`${stem}.json`, JSON.stringify(outcome));
  return outcome;
}

function shown(numbers: readonly number[], digits: number): string {
  if (numbers.some((number) => Number.isNaN(number))) return '';
  const { mean, half: width } = interval(numbers);
  return `${mean.toFixed(digits)} ± ${width.toFixed(digits)}`;
}

for (const cell of cells) {
  const own = arms(cell.rollouts, cell.cautious);
  const outcomes = new Map<string, Outcome>();
  for (const arm of own) outcomes.set(arm.name, await outcomeOf(cell, arm));
  const bySeed = (arm: string, metric: string) =>
    seeds.map(
      (seed) => outcomes.get(arm)!.runs.find((run) => run.seed === seed)!.metrics[metric] ?? Number.NaN,
    );
  const head = [
    'Method',
    ...cell.columns.map(([label]) => label),
    ...cell.measures.map(
      (metric) => `${cell.columns.find(([, name]) => name === metric)![0]} less that of ${FIRST}`,
    ),
  ];
  const rows = own.map(({ name }) => [
    name,
    ...cell.columns.map(([, metric, digits]) => shown(bySeed(name, metric), digits)),
    ...cell.measures.map((metric) => {
      if (name === FIRST) return '';
      const first = bySeed(FIRST, metric);
      return shown(
        bySeed(name, metric).map((value, n) => value - first[n]!),
        4,
      );
    }),
  ]);
  for (const temperature of cell.temperatures) {
    const found = new Map<number, Readonly<Record<string, number>>>();
    for (const { id, seed } of outcomes.get(FIRST)!.runs)
      found.set(seed, { ...(await sharpened(dataDir, id, cell.config, temperature)) });
    const values = (metric: string) => seeds.map((seed) => found.get(seed)![metric] ?? Number.NaN);
    rows.push([
      `${FIRST}, temperature ${temperature}`,
      ...cell.columns.map(([, metric, digits]) => shown(values(metric), digits)),
      ...cell.measures.map((metric) => {
        const first = bySeed(FIRST, metric);
        return shown(
          values(metric).map((value, n) => value - first[n]!),
          4,
        );
      }),
    ]);
  }
  const lines = Object.entries(outcomes.get(FIRST)!.baselines).map(
    ([name, value]) => `${name} ${value.toFixed(4)}`,
  );
  const table = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  process.stdout.write(`\n### ${cell.name}\n\n${table}\n\n${lines.join(', ')}\n`);
}
