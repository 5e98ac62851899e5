/**
 * The study "Estimators on discrete VAEs": `npm run study:discrete-vae -- [--model linear-bits ...] [--data-dir folder] [--steps n]
 * [--seeds list] [--limit images] [--jobs n]`. Real MNIST digits, models {linear, nonlinear, two layers} x {bits, categories}, every
 * estimator with five paired seeds, as comparisons that stay in the data folder; prints a table a model as Markdown. A comparison of
 * the same name that is complete is not run again.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder } from '../../../src/studio/data-folder.ts';
import { openReadableStore } from '../../../src/studio/store/open.ts';
import { STORE_FILE } from '../../../src/studio/studio.ts';
import { cliJson } from '../../support/cli.ts';
import { mnistFiles } from './mnist-files.ts';
import { studyTable, type StudyRun } from './table.ts';

const networks = {
  linear: ['network=linear'],
  nonlinear: ['network=nonlinear', 'hiddenLayers=1', 'hiddenUnits=100'],
  'two-layers': ['network=linear', 'layers=2'],
} as const;
const latents = {
  bits: ['latent=bernoulli', 'latents=50'],
  categories: ['latent=categorical', 'latents=10', 'classes=10'],
} as const;
type Network = keyof typeof networks;
type Latent = keyof typeof latents;

/** Those that take choices in stages, and others. */
const STAGED = ['reinforce', 'straight-through', 'reinmax', 'gumbel-softmax', 'st-gumbel-softmax', 'rebar'];
const FURTHER = ['muprop', 'relax', 'arm', 'disarm', 'double-cv', 'unordered-set'];

function estimatorsOf(network: Network, latent: Latent): readonly string[] {
  const own = network === 'two-layers' ? STAGED : [...STAGED, ...FURTHER];
  return own.filter((id) => !(latent === 'bits' && id === 'unordered-set'));
}

const models = (Object.keys(networks) as Network[]).flatMap((network) =>
  (Object.keys(latents) as Latent[]).map((latent) => ({ name: `${network}-${latent}`, network, latent })),
);

const { values } = parseArgs({
  options: {
    model: { type: 'string', multiple: true },
    'data-dir': { type: 'string' },
    steps: { type: 'string', default: '1000' },
    seeds: { type: 'string', default: '1-5' },
    limit: { type: 'string', default: '3000' },
    jobs: { type: 'string' },
  },
});
const dataDir = dataFolder(values['data-dir']);
const files = mnistFiles(join(dataDir, 'mnist'));

/** Runs of the comparison of that name, if it is there and complete. */
function finished(name: string): readonly StudyRun[] | undefined {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) return undefined;
  const store = openReadableStore(path);
  try {
    const comparison = store.comparisons().find((candidate) => candidate.name === name);
    if (comparison === undefined) return undefined;
    const runs = store.runs({ comparison: comparison.id });
    if (runs.some(({ state }) => state !== 'completed')) return undefined;
    return runs.map(({ id, spec, metrics, seconds }): StudyRun => {
      const series = store.readSeries(id, 'hardValidationElbo');
      const last = (metric: string) => metrics[metric] ?? Number.NaN;
      return {
        estimator: spec.estimator,
        seed: spec.seed,
        seconds,
        evaluations: last('evaluations'),
        training: last('trainingElbo'),
        hard: last('hardTestElbo'),
        gap: last('gap'),
        iwae: last('iwaeTest'),
        steps: [...series.steps],
        validation: [...series.values],
      };
    });
  } finally {
    store.close();
  }
}

for (const { name: model, network, latent } of models) {
  if (values.model !== undefined && !values.model.includes(model)) continue;
  const { steps, seeds, limit, jobs } = values;
  const name = `Estimators on a discrete VAE, ${model}, ${steps} steps, ${limit} images, seeds ${seeds}`;
  if (finished(name) === undefined) {
    process.stderr.write(`${name}\n`);
    const settings = [
      ...[
        'data.kind=idx',
        `data.images=${files.images}`,
        `data.labels=${files.labels}`,
        `data.limit=${limit}`,
      ],
      ...['data.binarize=stochastic', 'prior=learned', 'learningRate=0.002', 'batch=50'],
      ...[`steps=${steps}`, `evaluateEvery=${Math.max(1, Math.round(Number(steps) / 20))}`],
      ...['estimators.reinforce.samples=2', 'estimators.reinforce.baseline=leave-one-out'],
      ...networks[network],
      ...latents[latent],
    ];
    await cliJson([
      ...['run', '--problem', 'discrete-vae', '--name', name, '--backend', 'wasm', '--data-dir', dataDir],
      ...['--estimator', estimatorsOf(network, latent).join(','), '--seeds', seeds],
      ...settings.flatMap((one) => ['--set', one]),
      ...(jobs === undefined ? [] : ['--jobs', jobs]),
    ]);
  }
  const runs = finished(name);
  if (runs === undefined) throw new Error(`${name}: a run did not complete; resume it and start again`);
  process.stdout.write(`\n### ${model}\n\n${studyTable(runs)}\n`);
}
