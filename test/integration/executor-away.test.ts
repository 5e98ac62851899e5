/**
 * The shared folder of an executor on a network file system whose server is away for a while: every call of the studio, the task and
 * its trainer there fails with ESTALE or EIO. The calls fail in the C library, as no such server can be had here.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKPOINT_FILE } from '../../src/shared/checkpoint.ts';
import { taskFiles } from '../../src/shared/task.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { startCli, until } from '../support/cli.ts';
import { inBackground, newFolder, openStudio, remainsHere } from '../support/executor-studio.ts';
import { runRemains } from '../support/run-remains.ts';

const ERRORS = { ESTALE: 116, EIO: 5 };
const REQUEST = {
  ...{ problem: 'toy-categorical', settings: {}, backend: 'wasm', seeds: [1], estimators: ['reinforce'] },
  config: { steps: 8000, logEvery: 5, evaluateEvery: 1000, checkpointSeconds: 0.1 },
};

/** @returns the library; empty: it cannot be made here */
function shim(folder: string): string {
  const library = join(folder, 'away.so');
  const source = join(import.meta.dirname, '../support/away.c');
  try {
    execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl'], { stdio: 'pipe' });
    return library;
  } catch {
    return '';
  }
}

describe.each(Object.entries(ERRORS))('a file system that says %s', (name, number) => {
  it('holds up a run and costs it nothing', async ({ skip }) => {
    const tools = newFolder();
    const library = shim(tools);
    skip(library === '', 'making calls fail needs Linux and gcc');
    const [shared, dataDir] = [newFolder(), newFolder()];
    const [state, log] = [join(tools, 'state'), join(tools, 'log')];
    const are = (errno: number) => writeFileSync(state, Uint8Array.of(errno, 0, 0, 0), { flag: 'r+' });
    writeFileSync(state, new Uint8Array(4));
    writeFileSync(log, '');
    const request = join(tools, 'request.json');
    writeFileSync(request, JSON.stringify({ ...REQUEST, executor: { ...inBackground, folder: shared } }));
    const running = startCli(['run', '--config', request, '--data-dir', dataDir], {
      env: { LD_PRELOAD: library, AWAY_STATE: state, AWAY_LOG: log, AWAY_DIR: shared },
    });
    const failed = (file: string) => readFileSync(log, 'utf8').includes(file);
    await running.said(/running/);
    const store = openReadableStore(join(dataDir, STORE_FILE));
    try {
      await until(() => store.runs()[0]!.step > 0, 'it trains');
      are(number);
      await until(() => failed(CHECKPOINT_FILE) && failed(taskFiles.messages), 'it cannot write there');
      await until(() => store.runs()[0]!.reason.includes(name), 'the studio says why it hears nothing');
      expect(store.runs()[0]!.state).toMatch(/running|paused/);
    } finally {
      store.close();
      are(0);
    }
    expect(await running.result).toMatchObject({ code: 0 });
    const studio = openStudio(dataDir);
    const [run] = studio.store.runs();
    expect(run).toMatchObject({ state: 'completed', reason: '' });
    expect([runRemains(studio, run!.id)]).toEqual(await remainsHere(REQUEST));
  });
});
