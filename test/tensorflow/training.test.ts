/** Whole runs on TensorFlow's library: real command line, real trainers; killed, resumed, replayed, and beside wasm. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReadableStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { cli, startCli, storedRun, tempFolder, trainersOf, until, type TempFolder } from '../support/cli.ts';

let data: TempFolder;
beforeEach(() => {
  data = tempFolder();
});
afterEach(() => data.remove());

const STEPS = 1500;

function job(estimator: string, backend: string, ...more: string[]): string[] {
  return [
    ...['run', '--preset', 'smoke', '--estimator', estimator, '--seeds', '1,', '--backend', backend],
    ...['--set', 'checkpointSeconds=0.1', '--set', 'logEvery=5', '--set', 'evaluateEvery=250'],
    ...['--data-dir', data.path, ...more],
  ];
}

/** What the run of the data folder believed of each logged step. */
function believed(): readonly number[] {
  const store = openReadableStore(join(data.path, STORE_FILE));
  try {
    return [...store.readSeries(store.runs()[0]!.id, 'relaxedRevenue').values];
  } finally {
    store.close();
  }
}

// Categorical choices: the first draws by SearchSorted, the second through noise.
describe.each(['reinforce', 'st-gumbel-softmax'])('%s', (estimator) => {
  it('killed and resumed gives the numbers that its replay gives, bit for bit', async () => {
    const running = startCli(job(estimator, 'tensorflow', '--set', `steps=${STEPS}`));
    await running.said(/running/);
    await until(() => (storedRun(data.path)?.step ?? 0) > 200, 'step 200');
    process.kill(trainersOf(running.child.pid ?? 0)[0]!, 'SIGKILL');
    expect((await running.result).code).toBe(1);
    const { id, state, step } = storedRun(data.path)!;
    expect(state).toBe('interrupted');
    expect(step).toBeLessThan(STEPS);

    expect((await cli(['resume', id, '--data-dir', data.path])).code).toBe(0);
    const run = storedRun(data.path);
    expect(run).toMatchObject({ state: 'completed', step: STEPS });
    expect(run?.environment?.backendVersion).toMatch(/^4\.\d+\.\d+ on TensorFlow \d+\.\d+\.\d+$/);
    const replay = await cli(['replay', id, '--data-dir', data.path]);
    expect([replay.code, replay.stdout]).toEqual([0, expect.stringMatching(/equal|agree/)]);
  });

  it('begins as on wasm', async () => {
    const short = ['--set', 'steps=30'];
    expect((await cli(job(estimator, 'tensorflow', ...short))).code).toBe(0);
    const here = believed();
    data.remove();
    data = tempFolder();
    expect((await cli(job(estimator, 'wasm', ...short))).code).toBe(0);
    const there = believed();
    expect(here.length).toBeGreaterThan(3);
    // Rounding alone, before thirty steps of training have made more of it.
    expect(here).toBeAllClose(there, { relative: 1e-4 });
  });
});
