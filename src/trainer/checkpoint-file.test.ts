import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tempFolder, type TempFolder } from '../../test/support/cli.ts';
import { sha256 } from '../node/digest.ts';
import { CHECKPOINT_FILE } from '../shared/checkpoint.ts';
import { joinSafetensors, splitSafetensors } from '../shared/safetensors.ts';
import { readCheckpoint, writeCheckpoint, type StoredCheckpoint } from './checkpoint-file.ts';

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.remove());

const stored = (step: number): StoredCheckpoint => ({
  checkpoint: {
    loop: {
      step,
      restart: 1,
      seconds: 0.1 + 0.2,
      othersSeconds: 0.1,
      evaluations: 1e12,
      windowSum: -0.30000000000000004,
      windowCount: 3,
      restartBest: null,
      best: 5e-324,
      bestValue: 3.5,
      stale: 0,
      coolings: 0,
      last: { gap: 0.1 },
      health: { alerts: [], watches: { 'first norm': { memory: [0.1, 5], bad: 0, since: 3, good: 0 } } },
    },
    tensors: [
      { name: 'parameter/price', shape: [2], data: Float32Array.of(0.1, -1e-38) },
      { name: 'adam/slot0', shape: [], data: Float32Array.of(3) },
    ],
  },
  unacknowledged: [
    { series: 'gap', steps: Float64Array.of(1, 2), values: Float64Array.of(Number.NaN, 0.1) },
    { series: 'value', steps: Float64Array.of(2), values: Float64Array.of(-Infinity) },
    { series: 'gap', steps: Float64Array.of(3), values: Float64Array.of(-0) },
  ],
  pictures: [{ name: 'menu', step: 3, content: Uint8Array.of(0, 255, 1) }],
});

const RUN = 'k3f9x2ab-01';

it('a run without a checkpoint has none', async () => {
  expect(await readCheckpoint(folder.path, RUN)).toBeUndefined();
});

it('gives back the loop, the tensors, the points and the pictures that were on their way, in order, every bit', async () => {
  await writeCheckpoint(folder.path, RUN, stored(7));
  expect(await readCheckpoint(folder.path, RUN)).toEqual(stored(7));
});

it('is of its run alone, unless it is of a version that did not say whose it is', async () => {
  await writeCheckpoint(folder.path, RUN, stored(7));
  const path = join(folder.path, CHECKPOINT_FILE);
  await expect(readCheckpoint(folder.path, 'k3f9x2ab-02')).rejects.toMatchObject({
    kind: 'conflict',
    message: `${path}: this is the checkpoint of run k3f9x2ab-01, not of k3f9x2ab-02; clone the run to train it anew`,
  });
  const { tensors, metadata } = splitSafetensors(readFileSync(path), path, sha256);
  expect(metadata['run']).toBe(RUN);
  const earlier = Object.entries(metadata).filter(([key]) => key !== 'run');
  writeFileSync(path, joinSafetensors(tensors, Object.fromEntries(earlier), sha256));
  expect(await readCheckpoint(folder.path, 'k3f9x2ab-02')).toEqual(stored(7));
});

it('replaces the last one whole and leaves no other file', async () => {
  await writeCheckpoint(folder.path, RUN, stored(7));
  await writeCheckpoint(folder.path, RUN, stored(8));
  expect((await readCheckpoint(folder.path, RUN))?.checkpoint.loop.step).toBe(8);
  expect(readdirSync(folder.path)).toHaveLength(1);
});

it('a folder that cannot be written to: the error names the file, the last checkpoint stays', async () => {
  const blocked = join(folder.path, 'file');
  writeFileSync(blocked, '');
  await expect(writeCheckpoint(blocked, RUN, stored(1))).rejects.toMatchObject({
    kind: 'external',
    message: expect.stringContaining(blocked) as unknown,
  });
});

it('a damaged checkpoint is refused by name, never half read', async () => {
  await writeCheckpoint(folder.path, RUN, stored(7));
  const path = join(folder.path, readdirSync(folder.path)[0] ?? '');
  truncateSync(path, readFileSync(path).length - 1);
  await expect(readCheckpoint(folder.path, RUN)).rejects.toThrow(path);
});
