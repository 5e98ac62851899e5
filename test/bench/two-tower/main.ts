/**
 * The study "Two towers: regression against off-policy learning": `npm run study:two-tower -- [--cell name ...] [--data-dir folder]
 * [--steps n] [--logs n] [--jobs n]`. A comparison for each cell, whose variants are methods and logs, stays in the data folder; prints
 * the tables as Markdown. A comparison of the same name that is complete is not run again; --print runs none.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder } from '../../../src/studio/data-folder.ts';
import { openReadableStore } from '../../../src/studio/store/open.ts';
import { STORE_FILE } from '../../../src/studio/studio.ts';
import { cliJson } from '../../support/cli.ts';
import { baseConfig, cells, methods, variantName, variantOf, type Cell } from './cells.ts';
import { differenceTable, valueTable, type StudyCell, type StudyRun } from './table.ts';

const { values } = parseArgs({
  options: {
    cell: { type: 'string', multiple: true },
    'data-dir': { type: 'string' },
    steps: { type: 'string', default: '500' },
    logs: { type: 'string', default: '5' },
    jobs: { type: 'string' },
    print: { type: 'boolean', default: false },
  },
});
const dataDir = dataFolder(values['data-dir']);
const steps = Number(values.steps);
const logs = Array.from({ length: Number(values.logs) }, (_, i) => i + 1);
const pairs = methods.flatMap((method) => logs.map((log) => ({ method, log })));

const nameOf = ({ name }: Cell) => `Two towers, ${name}, ${steps} steps, ${logs.length} logs`;

/** Runs of the cell's comparison, if it is there and complete. */
function finished(cell: Cell): StudyCell | undefined {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) return undefined;
  const store = openReadableStore(path);
  try {
    const comparison = store.comparisons().find(({ name }) => name === nameOf(cell));
    if (comparison === undefined) return undefined;
    const records = store.runs({ comparison: comparison.id });
    if (records.some(({ state }) => state !== 'completed')) return undefined;
    const runs = records.map(({ variant, spec, metrics, seconds }): StudyRun => {
      const pair = pairs.find(({ method, log }) => variantName(method, log) === variant);
      const last = (metric: string) => metrics[metric] ?? Number.NaN;
      return {
        method: pair?.method ?? '',
        log: pair?.log ?? 0,
        estimator: spec.estimator,
        value: last('trueTestValue'),
        greedy: last('trueTestGreedyValue'),
        effective: last('trainEffectiveShare'),
        meanWeight: last('trainMeanWeight'),
        seconds,
      };
    });
    const references = logs.map((log) => {
      const own = comparison.variantBaselines.find(({ variant }) => variant === variantName('ips', log));
      return { ...comparison.baselines, ...own?.baselines };
    });
    return { name: cell.name, runs, references };
  } finally {
    store.close();
  }
}

async function train(cell: Cell): Promise<void> {
  const request = {
    problem: 'two-tower',
    name: nameOf(cell),
    backend: 'wasm',
    config: { ...baseConfig, steps, evaluateEvery: steps, logEvery: steps },
    estimators: ['exact', 'gradient', ...(cell.reinforce ? ['reinforce'] : [])],
    seeds: [1],
    variants: pairs.map(({ method, log }) => variantOf(cell, method, log)),
  };
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'two-tower-study.json');
  writeFileSync(path, JSON.stringify(request));
  process.stderr.write(`${request.name}\n`);
  const jobs = values.jobs === undefined ? [] : ['--jobs', values.jobs];
  await cliJson(['run', '--config', path, '--data-dir', dataDir, ...jobs]);
}

const done: StudyCell[] = [];
for (const cell of cells) {
  if (values.cell !== undefined && !values.cell.includes(cell.name)) continue;
  if (!values.print && finished(cell) === undefined) await train(cell);
  const found = finished(cell);
  if (found !== undefined) done.push(found);
  else if (!values.print)
    throw new Error(`${nameOf(cell)}: a run did not complete; resume it and start again`);
}
const sections = [
  ['True value of the policy', valueTable(done, ({ value }) => value)],
  ['Less regression, log by log', differenceTable(done, ({ value }) => value)],
  ['True value of its likeliest items', valueTable(done, ({ greedy }) => greedy)],
  ['The same less regression, log by log', differenceTable(done, ({ greedy }) => greedy)],
  ['Effective share of the training rounds', valueTable(done, ({ effective }) => effective)],
  ['Mean weight of the training rounds', valueTable(done, ({ meanWeight }) => meanWeight)],
];
for (const [title, table] of sections) process.stdout.write(`\n### ${title}\n\n${table}\n`);
const seconds = done.flatMap(({ runs }) => runs).reduce((sum, run) => sum + run.seconds, 0);
process.stdout.write(`\n${seconds.toFixed(0)} seconds of training in all.\n`);
