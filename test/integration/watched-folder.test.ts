/** `serve --watch`: run files that appear are imported, and runs that Python is still writing grow. Real Python, real command line. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { RunRecord } from '../../src/shared/run.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { cli, startCli, tempFolder, until } from '../support/cli.ts';
import { where } from '../support/where.ts';

const PACKAGE = join(import.meta.dirname, '../../python');
const able = `import sqlite3, sys; assert sys.version_info >= (3, 9) and sqlite3.sqlite_version_info >= (3, 37)`;
const hasPython = spawnSync('python3', ['-c', able]).status === 0;

/** Logs a point every tenth of a second until it reads a line, in a group of two seeds. */
const SCRIPT = `
import sys, threading, time
from gumbel_studio import Run
ends = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), ends.set()), daemon=True).start()
with Run("live", seed=int(sys.argv[2]), group="watched", metric="reward", direction="maximize", path=sys.argv[1]) as run:
    step = 0
    while not ends.wait(0.1):
        run.log(step, reward=step / 10)
        step += 1
`;

const folder = tempFolder();
afterAll(() => folder.remove());

where(hasPython ? '' : 'needs python3 from 3.9 with SQLite from 3.37').describe('Python', () => {
  it('is followed while it writes; its end, or its silence, is known', async () => {
    const watched = join(folder.path, 'runs');
    const dataDir = join(folder.path, 'data');
    mkdirSync(join(watched, 'below'), { recursive: true });
    writeFileSync(join(watched, 'broken.gsrun'), 'no run file');
    const script = (name: string, seed: string) => {
      const child = spawn('python3', ['-B', '-c', SCRIPT, join(watched, name), seed], {
        cwd: PACKAGE,
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    };
    const first = script('first.gsrun', '1');
    const second = script(join('below', 'second.gsrun'), '2');
    const serving = startCli(['serve', '--watch', watched, '--data-dir', dataDir]);
    onTestFinished(() => void serving.child.kill('SIGKILL'));
    await serving.said(/broken\.gsrun was not imported: .*broken\.gsrun/);
    const store = openReadableStore(join(dataDir, STORE_FILE));
    onTestFinished(() => store.close());
    const of = (seed: number): RunRecord | undefined => store.runs().find(({ spec }) => spec.seed === seed);
    const points = (seed: number) => store.readSeries(of(seed)!.id, 'reward').steps.length;

    await until(() => of(1)?.state === 'running' && of(2)?.state === 'running', 'both are live');
    expect(new Set(store.runs().map(({ comparison }) => comparison)).size).toBe(1);
    const before = points(1);
    await until(() => points(1) > before && of(1)!.step > before, 'the first grows');

    // Every point is there when it has ended, none twice.
    first.stdin.end('\n');
    await until(() => of(1)?.state === 'completed', 'the first has ended');
    const { steps, values } = store.readSeries(of(1)!.id, 'reward');
    expect([...steps]).toEqual(Array.from(steps, (_, step) => step));
    expect([...values]).toEqual(Array.from(values, (_, step) => step / 10));
    expect(of(1)).toMatchObject({ state: 'completed', step: steps.length - 1 });

    // Nobody but its script can stop it.
    const refused = await cli(['settle', of(2)!.comparison, '--data-dir', dataDir]);
    expect(refused.code).not.toBe(0);
    second.kill('SIGKILL');
    await until(() => of(2)?.state === 'interrupted', 'the second is given up');
    expect(of(2)!.reason).toContain('its file has not changed for 30 s');

    serving.child.kill('SIGINT');
    expect((await serving.result).code).toBe(0);
  });
});
