import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openReadableStore, openStore } from '../../src/studio/store/open.ts';
import { newComparison } from '../fixtures/runs.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

it('a reader beside a live writer sees whole commits, also while points move into blocks', async () => {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const store = openStore(file);
  const ids = store.createComparison(newComparison(2)).runs.map(({ id }) => id);
  // Many blocks to read before the tail: time for the writer to change both. Without snapshots a torn read was seen after 7, 10 and 44 of them.
  const steps = Float64Array.from({ length: 100_000 }, (_, step) => step);
  const progress = { step: 0, steps: 0, seconds: 0, stepsPerSecond: 0, evaluations: 0 };
  for (const runId of ids) {
    const points = ['loss', 'gap'].map((series, number) => ({
      series,
      steps,
      values: steps.map((step) => step + 0.5 + 1000 * number),
    }));
    store.commit([{ runId, points, last: {}, progress }]);
  }
  store.close();
  const script = join(import.meta.dirname, '../fixtures/store/commit-until-killed.ts');
  const writer = spawn(process.execPath, [script, file, ...ids], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  // Read on, or the writer would wait for a full pipe.
  await once(
    createInterface(writer.stdout).on('line', () => undefined),
    'line',
  );
  const reader = openReadableStore(file);
  let last = -1;
  for (let reads = 0; reads < 100; reads += 1) {
    const { steps, values } = reader.readSeries(ids[1] as string, 'gap');
    expect(steps.every((step, index) => step === index)).toBe(true);
    expect(values.every((value, index) => value === index + 1000.5)).toBe(true);
    expect(steps.length - 1).toBeGreaterThanOrEqual(last);
    last = reader.lastStep(ids[0] as string);
    expect(last).toBeGreaterThanOrEqual(steps.length - 1);
    const decimated = reader.decimate(ids[0] as string, 'loss', { from: 0, to: last, columns: 10 });
    expect(decimated.values).toEqual(decimated.steps.map((step) => step + 0.5));
    await new Promise(setImmediate);
  }
  reader.close();
});
