/**
 * What each estimator costs on the menu step, relative to plain softmax: all of them in turns on one core, wasm.
 * `npm run bench:estimators`; with `-- --update` the ratios go to costs.json, from which `npm run docs` takes them.
 */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { estimators } from '../../../src/engine/estimators/registry.ts';
import { useTestBackend } from '../../support/use-backend.ts';
import { median, record, spreadOf } from '../results.ts';
import { createProductStep, shape, type ProductStep } from '../step/product-step.ts';
import { writeCosts } from './costs.ts';

const REFERENCE = 'softmax';
const ROUNDS = 9;
const STEPS = 20;
/** One step of `exact` takes as long as a hundred others: its blocks are shorter. */
const BLOCK_MS = 400;

interface Timed {
  readonly id: string;
  readonly step: ProductStep;
  readonly steps: number;
  readonly times: number[];
}

/** Milliseconds a step. */
async function time(step: ProductStep, steps: number): Promise<number> {
  const start = performance.now();
  for (let i = 1; i < steps; i++) step.run().dispose();
  const last = step.run();
  await last.data();
  last.dispose();
  return (performance.now() - start) / steps;
}

const { values: options } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
await useTestBackend('wasm');
const all: Timed[] = [];
for (const { id, supports } of estimators.toSorted((a) => (a.id === REFERENCE ? -1 : 0))) {
  if (!supports.includes('categorical')) {
    console.log(`${id.padEnd(20)} does not choose among options: not on this step`);
    continue;
  }
  const step = await createProductStep(1, id);
  await time(step, 2);
  const steps = Math.max(2, Math.min(STEPS, Math.round(BLOCK_MS / (await time(step, 3)))));
  await time(step, steps);
  all.push({ id, step, steps, times: [] });
}
for (let round = 0; round < ROUNDS; round++) {
  for (const { step, steps, times } of all) times.push(await time(step, steps));
}
const reference = median(all[0]!.times);
const ratios: Record<string, number> = {};
const { buyers, options: menu, items } = shape;
console.log(
  `Menu step, B = ${buyers}, K = ${menu}, m = ${items}, Adam, one core; median of ${ROUNDS} blocks in turns.`,
);
for (const { id, times, step } of all) {
  // Ratios of neighbours in time, so that a machine that slows down in between does not count.
  const cost = spreadOf(times.map((ms, round) => ms / all[0]!.times[round]!));
  const ratio = cost.median;
  record({ what: `Menu step of ${id} in units of ${REFERENCE}'s`, unit: '', ours: cost });
  ratios[id] = Number(ratio.toPrecision(3));
  console.log(
    `${id.padEnd(20)} ${median(times).toFixed(2).padStart(8)} ms  ${ratio.toFixed(2).padStart(6)} x ${REFERENCE}`,
  );
  step.dispose();
}
console.log(`${REFERENCE}: ${reference.toFixed(2)} ms a step`);
if (options.update) {
  const measured = `B = ${buyers}, K = ${menu}, m = ${items}, wasm, one core of ${cpus()[0]?.model ?? 'an unknown processor'}, Node ${process.versions.node}`;
  writeCosts({
    measured,
    ratios: Object.fromEntries(Object.entries(ratios).sort(([a], [b]) => (a < b ? -1 : 1))),
  });
}
