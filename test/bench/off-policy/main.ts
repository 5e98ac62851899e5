/**
 * Off-policy learning and evaluation: `node test/bench/off-policy/main.ts`. A training step beside the same kind of
 * learner in PyTorch; a log of a million rounds read and judged, beside pandas and NumPy; and how a step grows with the number of
 * items. The Open Bandit Pipeline is a peer where `npm run bench:peers` has brought it; the others do what its code does.
 */
import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomIntegers } from '../../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../../src/engine/random/key.ts';
import { COMMAND_LINE } from '../../support/programs.ts';
import { useTestBackend } from '../../support/use-backend.ts';
import { exponent } from '../growth/exponent.ts';
import { hasPeer, python } from '../peers/environment.ts';
import { median, record, spreadOf } from '../results.ts';
import { childrenTime, compete, processorTime, pytorch, type Contestant } from '../step/contest.ts';
import { createSessionStep } from '../step/product-step.ts';

/** A warm-up of 2000 steps: the functions between the kernels are compiled by then, as for most of a training of 10 000 steps. */
const [BLOCKS, STEPS, WARM_UP_BLOCKS] = [15, 200, 10];
const [ROUNDS, ITEMS, FEATURES, BATCH] = [10_000, 10, 5, 200];
const learner = {
  data: { kind: 'obp-synthetic', rounds: ROUNDS, actions: ITEMS, contextDimension: FEATURES },
  rewardModel: { kind: 'none' },
  hiddenUnits: 100,
  batch: BATCH,
  learningRate: 0.001,
};

async function ours(config: Readonly<Record<string, unknown>>): Promise<Contestant> {
  const step = await createSessionStep('two-tower', config, 'gradient', 1);
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

async function learning(): Promise<void> {
  const title = `Training by IPS, ${ROUNDS} rounds x ${ITEMS} items, batch ${BATCH}, 100 hidden units, Adam`;
  console.info(`${title}; processor time, median (fastest) of ${BLOCKS} blocks of ${STEPS} steps, in turns.`);
  const contestants = [await ours(learner)];
  const sizes = [STEPS, ROUNDS, ITEMS, FEATURES, BATCH].map(String);
  if (hasPeer('torch')) {
    const script = new URL('pytorch-policy.py', import.meta.url);
    for (const how of ['loader', 'tensors'])
      contestants.push(await pytorch(script, [how, ...sizes], how === 'loader' ? 1 : WARM_UP_BLOCKS));
  }
  if (hasPeer('obp')) contestants.push(await pytorch(new URL('obp-policy.py', import.meta.url), sizes, 1));
  await compete(title, contestants, BLOCKS);
}

async function writeLog(path: string, rounds: number): Promise<void> {
  const stream = createWriteStream(path);
  stream.write('item,click,pscore,x0,x1\n');
  const drawn = (name: string, bound: number) => randomIntegers(fold(rootKey(1), name), rounds, bound);
  const [items, clicks, x0, x1] = [drawn('item', 10), drawn('click', 10), drawn('x0', 1e6), drawn('x1', 1e6)];
  for (let from = 0; from < rounds; from += 10_000) {
    const rows = Array.from({ length: Math.min(10_000, rounds - from) }, (_, i) => {
      const n = from + i;
      return `${items[n]},${Number(clicks[n] === 0)},0.1,${x0[n]! / 1e6},${x1[n]! / 1e6}`;
    });
    if (!stream.write(`${rows.join('\n')}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

/** Processor seconds of a program that must succeed. */
function timed(program: string, args: readonly string[]): number {
  const before = childrenTime();
  const { status, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return childrenTime() - before;
}

async function evaluation(folder: string): Promise<void> {
  const [rounds, resamples, times] = [1_000_000, 20, 5];
  const path = join(folder, 'log.csv');
  await writeLog(path, rounds);
  console.info(
    `\nA log of ${rounds} rounds (five columns) read, ipw and snipw of the uniform policy, ${resamples} bootstrap samples; processor seconds of the whole program, median of ${times}, in turns.`,
  );
  const columns = ['itemColumn=item', 'rewardColumn=click', 'propensityColumn=pscore'];
  const ope = [
    ...[COMMAND_LINE, 'ope', '--log', path, '--policy', 'uniform', '--estimators', 'ipw,snipw', '--json'],
    ...columns.flatMap((column) => ['--set', `data.${column}`]),
    ...['--resamples', String(resamples)],
  ];
  const peers = [
    ['pandas', 'pandas and NumPy', 'pandas-estimates.py'],
    ['obp', 'Open Bandit Pipeline', 'obp-estimates.py'],
  ] as const;
  const here = peers.filter(([name]) => hasPeer(name));
  const own: number[] = [];
  const others = here.map((): number[] => []);
  for (let i = 0; i < times; i++) {
    own.push(timed(process.execPath, ope));
    for (const [which, [, , file]] of here.entries()) {
      const script = fileURLToPath(new URL(file, import.meta.url));
      others[which]!.push(timed(python, [script, path, String(ITEMS), String(resamples)]));
    }
  }
  const ours = spreadOf(own);
  console.info(`Gumbel Studio, gumbel-studio ope: ${ours.median.toFixed(2)} s`);
  const what = `A log of ${rounds} rounds read and judged, ${resamples} bootstrap samples`;
  for (const [which, [, name]] of here.entries()) {
    const figure = spreadOf(others[which]!);
    const ratio = spreadOf(others[which]!.map((seconds, i) => seconds / own[i]!));
    console.info(
      `${name}: ${figure.median.toFixed(2)} s, ${ratio.median.toFixed(2)} times our time (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`,
    );
    record({ what, unit: 's', ours, peer: { name, figure }, ratio });
  }
}

async function growth(): Promise<void> {
  console.info(
    '\nA step by the number of items (IPS, 64 rows, vectors of 16), exact softmax over all of them:',
  );
  const points: [number, number][] = [];
  for (let items = 64; items <= 16_384; items *= 4) {
    const data = { kind: 'obp-synthetic', rounds: 200, actions: items, contextDimension: FEATURES };
    const contestant = await ours({ ...learner, data, batch: 64, itemTower: 'linear' });
    const blocks: number[] = [];
    for (let i = 0; i < 5; i++) blocks.push(await contestant.block());
    contestant.end();
    const ms = median(blocks);
    points.push([items, ms]);
    console.info(`${items} items: ${ms.toFixed(2)} ms`);
  }
  // Least squares on the three largest: below, a step is what it costs without items.
  const slope = exponent(points.slice(-3));
  record({ what: 'Training by IPS: exponent in the number of items', unit: '', ours: spreadOf([slope]) });
  console.info(`fitted exponent of the three largest: ${slope.toFixed(2)}`);
}

await useTestBackend('wasm');
const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
try {
  await learning();
  await evaluation(folder);
  await growth();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
