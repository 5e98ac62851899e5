/**
 * The study "Losses of word models": `npm run study:noise-contrastive -- [--data-dir folder] [--steps n] [--seeds n] [--jobs n]`. A
 * comparison for each cell, whose variants are losses, stays in the data folder, with what came of it beside them as JSON; a cell that
 * has its JSON is not run again. Prints the tables as Markdown: means over seeds with half widths of 95 % intervals (Student's t).
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { interval } from '../../../src/shared/interval.ts';
import { dataFolder } from '../../../src/studio/data-folder.ts';
import { cliJson } from '../../support/cli.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    steps: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '5' },
    jobs: { type: 'string' },
  },
});
const dataDir = dataFolder(values['data-dir']);
const steps = Number(values.steps);
const seeds = Array.from({ length: Number(values.seeds) }, (_, i) => i + 1);

type Config = Readonly<Record<string, unknown>>;

interface Cell {
  readonly name: string;
  readonly config: Config;
  readonly variants: readonly (readonly [name: string, config: Config])[];
}

interface Outcome {
  readonly runs: readonly {
    readonly variant: string;
    readonly seed: number;
    readonly state: string;
    readonly metrics: Readonly<Record<string, number>>;
  }[];
  readonly baselines: Readonly<Record<string, number>>;
}

const loss = (kind: string, further: Config = {}) => ({ loss: { kind, ...further } });
const losses: Cell['variants'] = [
  ['full softmax', loss('full-softmax')],
  ['NCE', loss('nce')],
  ['NCE, learned Z', loss('nce', { partition: 'learned' })],
  ['negative sampling, no biases', { ...loss('negative-sampling'), bias: false }],
  ['sampled softmax', loss('sampled-softmax')],
  ['importance', loss('importance')],
];
const generated = { data: { kind: 'generated' }, embeddingSize: 8 };
const cells: readonly Cell[] = [
  { name: 'generated', config: generated, variants: losses },
  {
    name: 'book',
    config: { embeddingSize: 16 },
    variants: losses.filter(([name]) => name !== 'importance' && name !== 'NCE, learned Z'),
  },
  {
    name: 'generated, by k',
    config: generated,
    variants: [1, 50].flatMap((k) =>
      [['NCE', loss('nce')] as const, ['sampled softmax', loss('sampled-softmax')] as const].map(
        ([name, config]) => [`${name}, k ${k}`, { ...config, noiseWords: k }] as const,
      ),
    ),
  },
];

async function outcomeOf({ name, config, variants }: Cell): Promise<Outcome> {
  const stem = join(dataDir, `noise-contrastive ${name}, ${steps} steps, ${seeds.length} seeds`);
  if (existsSync(`${stem}.json`)) return JSON.parse(readFileSync(`${stem}.json`, 'utf8')) as Outcome;
  const request = {
    problem: 'noise-contrastive',
    name: `Word models, ${name}`,
    backend: 'wasm',
    config: { batch: 128, steps, evaluateEvery: steps, logEvery: steps, ...config },
    estimators: ['gradient'],
    seeds,
    variants: variants.map(([variant, own]) => ({ name: variant, config: own, settings: {} })),
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

const columns: readonly (readonly [label: string, metric: string, digits: number])[] = [
  ['test NLL', 'hardTestNll', 4],
  ['train NLL', 'hardTrainNll', 4],
  ['mean ln Z', 'testLogZ', 3],
  ['deviation of ln Z', 'testLogZDeviation', 3],
  ['PMI correlation', 'pmiCorrelation', 3],
];
const first = columns[0]![1];

function row({ runs }: Outcome, variant: string, against: string): string[] {
  const own = runs.filter((run) => run.variant === variant);
  const shown = (numbers: readonly number[], digits: number) => {
    const { mean, half } = interval(numbers);
    return `${mean.toFixed(digits)} ± ${half.toFixed(digits)}`;
  };
  const differences = own.map(
    ({ seed, metrics }) =>
      metrics[first]! - runs.find((run) => run.variant === against && run.seed === seed)!.metrics[first]!,
  );
  return [
    variant,
    ...columns.map(([, metric, digits]) =>
      shown(
        own.map(({ metrics }) => metrics[metric] ?? Number.NaN),
        digits,
      ),
    ),
    variant === against ? '' : shown(differences, 4),
  ];
}

for (const cell of cells) {
  const outcome = await outcomeOf(cell);
  const against = cell.variants[0]![0];
  const head = ['Loss', ...columns.map(([label]) => label), `test NLL less that of ${against}, seed by seed`];
  const rows = [head, head.map(() => '---'), ...cell.variants.map(([name]) => row(outcome, name, against))];
  const lines = Object.entries(outcome.baselines).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  process.stdout.write(`\n### ${cell.name}\n\n${rows.map((one) => `| ${one.join(' | ')} |`).join('\n')}\n`);
  process.stdout.write(`\n${lines.join(', ')}\n`);
}
