/** `auto` with two backends to choose from, really measured: what it takes, says, remembers, and leaves as it is. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import type { PreparationStage } from '../../src/shared/jobs.ts';
import { queueSettling, storedPlan } from '../../src/studio/comparisons/verdict/settle.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { cli, tempFolder } from '../support/cli.ts';

const PRELOAD = fileURLToPath(new URL('../support/eligible-cpu.mjs', import.meta.url));
const folder = tempFolder();
const dataDir = join(folder.path, 'data');
/** Large enough that wasm is ahead of cpu by far, whatever the machine is at. */
const config = { steps: 4, options: 128, items: 10, batch: 128 };
const request = { preset: 'smoke', estimators: ['softmax', 'gumbel-softmax'], seeds: [1, 2], config };
let studio: Studio;

beforeAll(() => {
  vi.stubEnv('GUMBEL_STUDIO_CACHE', join(folder.path, 'cache'));
  vi.stubEnv('NODE_OPTIONS', `--import=${PRELOAD}`);
  studio = createStudio({ dataDir, program: 'test' });
});
afterAll(async () => {
  await studio.close();
  vi.unstubAllEnvs();
  folder.remove();
});

async function prepare(asked: object) {
  const stages: PreparationStage[] = [];
  const prepared = await studio.prepare(experimentRequestSchema.parse(asked), undefined, (stage) => {
    if (stage.stage === 'device') stages.push(stage);
  });
  return { prepared, said: stages.map(({ message }) => message) };
}

it('measures both, takes the faster one, and says why', async () => {
  const { prepared, said } = await prepare(request);
  expect(said).toContain('Measuring wasm and cpu on a few steps');
  expect(prepared.backend.name).toBe('wasm');
  expect(said.at(-1)).toMatch(
    /^wasm on .*; chosen by auto: \S+ ms per step, cpu \S+ ms; measured \d{4}-\d\d-\d\d$/,
  );
  const speeds = await studio.backends.speeds();
  expect(new Set(speeds.map(({ backend }) => backend))).toEqual(new Set(['wasm', 'cpu']));
  expect(speeds.every(({ milliseconds }) => milliseconds !== null)).toBe(true);
});

it('measures nothing the second time, and all seeds of a comparison have one backend, those that settle it too', async () => {
  const { prepared, said } = await prepare({ ...request, seeds: [3, 4] });
  expect(said.filter((message) => message.startsWith('Measuring'))).toEqual([]);
  const { comparison, runs } = studio.start(prepared, 'test');
  await studio.queue.idle();
  // Whatever auto would take by now.
  studio.backends.standard = 'cpu';
  const more = queueSettling(studio, storedPlan(studio.store, comparison.id, { seeds: 1 }));
  await studio.queue.idle();
  studio.backends.standard = null;
  for (const { id } of [...runs, ...more]) {
    expect(studio.store.run(id)).toMatchObject({
      state: 'completed',
      spec: { backend: 'wasm' },
      environment: { backend: 'wasm' },
    });
  }
});

it('the command line lists what is remembered, measures when it is asked to, and says which auto takes', async () => {
  const listed = await cli(['backends', '--measure', '--json']);
  const { auto, candidates, speeds } = JSON.parse(listed.stdout) as {
    auto: string | null;
    candidates: string[];
    speeds: { backend: string; at: number; shape: { size: number } }[];
  };
  expect([auto, candidates]).toEqual([null, ['wasm', 'cpu']]);
  // The size that was measured above, and the smaller one of the preset itself.
  expect(new Set(speeds.map(({ shape }) => shape.size)).size).toBe(2);
  const { stdout } = await cli(['backends']);
  expect(stdout).toMatch(/menu-auction +relaxation +512 KiB to 1 MiB +wasm +\S+ +auto +\d{4}-/);
  expect(stdout).toMatch(/menu-auction +relaxation +512 KiB to 1 MiB +cpu +\S+ +\d{4}-/);
});

it('the command line refuses work to measure where nothing is to be measured', async () => {
  const { code, stderr } = await cli(['backends', '--preset', 'smoke']);
  expect(code).toBe(2);
  expect(stderr.trim()).toMatch(
    /--preset has no effect without --measure: add --measure, or leave --preset out$/,
  );
});
