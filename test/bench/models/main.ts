/**
 * Training steps of models of words and of sequences, and of confident classifiers on our wasm kernels beside PyTorch eager, in turns on one core:
 * `node test/bench/models/main.ts [model ...]`; with `profile` as first argument, our time by kernel instead. Skip-gram also
 * beside gensim's Word2Vec and word2vec in plain NumPy, on the same text. A model is an entry of
 * `models` here and a function of the same name in pytorch-models.py.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { engineFiles } from '../../../src/trainer/engine-files.ts';
import { useTestBackend } from '../../support/use-backend.ts';
import { hasPeer, type PeerName } from '../peers/environment.ts';
import { compete, processorTime, pytorch, type Contestant } from '../step/contest.ts';
import { timeKernels } from '../step/kernel-times.ts';
import { createSessionStep } from '../step/product-step.ts';
import { writeZipfText } from './zipf-text.ts';

const [BLOCKS, STEPS, WARM_UP_BLOCKS] = [9, 40, 3];

interface Model {
  readonly title: string;
  readonly problem: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly estimator: string;
  /** What PyTorch is told of the sizes, once for each way in which it takes the step. */
  readonly peers: readonly Readonly<Record<string, unknown>>[];
  /** What a step has many of, to be told by the second. */
  readonly rows?: { readonly name: string; readonly count: number };
  /** Programs beside PyTorch, as `pytorch` runs them, with what Python has to have for them. */
  readonly others?: readonly {
    readonly module: PeerName;
    readonly script: string;
    readonly args: readonly string[];
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
const words = {
  ...{ words: 10_000, length: 1_000_000, vectors: 100, window: 2, batch: 512, noiseWords: 5 },
  path: join(folder, 'text.txt'),
} as const;
const sequences = { symbols: 5000, length: 20, batch: 64, embedding: 32, units: 64 } as const;
const plane = { count: 1000, batch: 64, hiddenUnits: 128 } as const;
const gan = { latents: 8, hiddenLayers: 2, hiddenUnits: 64 } as const;

const models: Readonly<Record<string, Model>> = {
  skipGram: {
    title: `Skip-gram by negative sampling, ${words.words} words, vectors of ${words.vectors}, ${words.batch} pairs, ${words.noiseWords} noise words, Adam`,
    problem: 'noise-contrastive',
    config: {
      data: { kind: 'text', path: words.path, minCount: 1, vocabulary: words.words, unknown: 'drop' },
      ...{ loss: { kind: 'negative-sampling' }, bias: false, window: words.window },
      ...{ embeddingSize: words.vectors, batch: words.batch, noiseWords: words.noiseWords },
    },
    estimator: 'gradient',
    peers: [
      { ...words, sparse: false },
      { ...words, sparse: true },
    ],
    rows: { name: 'pairs', count: words.batch },
    others: (['gensim', 'numpy'] as const).map((module) => ({
      ...{ module, script: 'word2vec.py', args: [module, JSON.stringify(words)] },
    })),
  },
  sequences: {
    title: `Generator of sequences by maximum likelihood, GRU of ${sequences.units} units, ${sequences.batch} sequences of ${sequences.length} of ${sequences.symbols} words, Adam`,
    problem: 'text-gan',
    config: {
      data: { kind: 'text', path: words.path, tokens: 'words', minCount: 1, vocabulary: sequences.symbols },
      ...{ length: sequences.length, batch: sequences.batch, method: { kind: 'likelihood' } },
      ...{ embeddingSize: sequences.embedding, hiddenUnits: sequences.units },
    },
    estimator: 'gradient',
    peers: [sequences],
    rows: { name: 'tokens', count: sequences.batch * sequences.length },
  },
  nearBox: {
    title: `Classifier of the plane, 2-${plane.hiddenUnits}-${plane.hiddenUnits}-2, batch ${plane.batch}, outliers of a box near the data, Adam`,
    problem: 'confident-classifier',
    config: { outliers: { kind: 'near' }, hiddenUnits: plane.hiddenUnits, batch: plane.batch },
    estimator: 'gradient',
    peers: [plane],
  },
  generator: {
    title: `The same with a generator of outliers and a discriminator, two layers of ${gan.hiddenUnits} each`,
    problem: 'confident-classifier',
    config: { outliers: { kind: 'gan', ...gan }, hiddenUnits: plane.hiddenUnits, batch: plane.batch },
    estimator: 'gradient',
    peers: [{ ...plane, latents: gan.latents, adversaryUnits: gan.hiddenUnits }],
  },
};

async function ours({ problem, config, estimator }: Model): Promise<Contestant> {
  const step = await createSessionStep(problem, config, estimator, 1, engineFiles);
  const block = (): Promise<number> => {
    const start = processorTime();
    for (let i = 0; i < STEPS; i++) {
      const value = step.run();
      value.dataSync();
      value.dispose();
    }
    return Promise.resolve((processorTime() - start) / STEPS);
  };
  for (let i = 0; i < WARM_UP_BLOCKS; i++) await block();
  return { name: 'Gumbel Studio, TensorFlow.js wasm', block, end: () => step.dispose() };
}

async function peersOf(name: string, { peers, others = [] }: Model): Promise<Contestant[]> {
  const started: Contestant[] = [];
  const script = (file: string) => new URL(file, import.meta.url);
  for (const sizes of peers) {
    const args = [String(STEPS), name, JSON.stringify(sizes)];
    started.push(await pytorch(script('pytorch-models.py'), args, WARM_UP_BLOCKS));
  }
  for (const { module, script: file, args } of others) {
    if (hasPeer(module)) started.push(await pytorch(script(file), args, WARM_UP_BLOCKS));
  }
  return started;
}

async function profile(model: Model): Promise<void> {
  const contestant = await ours(model);
  const kernels = timeKernels();
  const whole = await contestant.block();
  console.info(`${whole.toFixed(3)} ms a step; milliseconds and calls a step, by kernel and shapes:`);
  for (const [kernel, { ms, calls }] of kernels.byTime())
    console.info(`${(ms / STEPS).toFixed(4)}  ${calls / STEPS}  ${kernel}`);
}

const [first, ...rest] = process.argv.slice(2);
const isProfile = first === 'profile';
const chosen = isProfile || first === undefined ? rest : [first, ...rest];
try {
  await writeZipfText(words.path, words.words, words.length);
  await useTestBackend('wasm');
  const peer = !isProfile && hasPeer('torch');
  for (const [name, model] of Object.entries(models)) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    console.info(`${model.title}, one core;`);
    if (isProfile) {
      await profile(model);
      continue;
    }
    console.info(`processor time, median (fastest) of ${BLOCKS} blocks of ${STEPS} steps, in turns.`);
    const contestants = [await ours(model)];
    if (peer) contestants.push(...(await peersOf(name, model)));
    const medians = await compete(model.title, contestants, BLOCKS);
    if (model.rows === undefined) continue;
    for (const [i, ms] of medians.entries()) {
      const each = Math.round((1000 * model.rows.count) / ms);
      console.info(`${contestants[i]!.name}: ${each} ${model.rows.name} a second`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
