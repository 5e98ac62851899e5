import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { newComparison } from '../fixtures/runs.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** GUMBEL_TEST_KILLS=300 for a release: 0 failures in n kills bound the chance of one at 3/n (95 %). */
const kills = Number(process.env['GUMBEL_TEST_KILLS'] ?? 12);

/** Kills of one store: the later ones find what the earlier ones left. */
const killsOfOneStore = 12;

it(`loses no acknowledged point and invents none when the writer is killed (${kills} times)`, async () => {
  for (let kill = 0; kill < kills; kill += killsOfOneStore) {
    await killRepeatedly(kill, Math.min(kills, kill + killsOfOneStore));
  }
});

async function killRepeatedly(from: number, to: number): Promise<void> {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const store = openStore(file);
  const ids = store.createComparison(newComparison(3)).runs.map(({ id }) => id);
  store.close();
  for (let kill = from; kill < to; kill += 1) {
    const acknowledged = await writeUntilKilled(file, ids, (kill * 37) % 150);
    const again = openStore(file);
    for (const id of ids) {
      for (const [number, name] of ['loss', 'gap', 'revenue'].entries()) {
        const { steps, values } = again.readSeries(id, name);
        expect(steps.length).toBeGreaterThanOrEqual(acknowledged);
        expect(steps.every((step, index) => step === index)).toBe(true);
        expect(values.every((value, index) => value === index + 0.5 + 1000 * number)).toBe(true);
      }
      // A commit is all or nothing, also across the runs in it.
      expect(again.lastStep(id)).toBe(again.lastStep(ids[0] as string));
    }
    again.close();
  }
  const db = new Database(file, { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.pragma('foreign_key_check')).toEqual([]);
  db.close();
}

/** Points a series that the writer said are stored, when it was killed `afterMs` after its first commit. */
async function writeUntilKilled(file: string, ids: readonly string[], afterMs: number): Promise<number> {
  const script = join(import.meta.dirname, '../fixtures/store/commit-until-killed.ts');
  const child = spawn(process.execPath, [script, file, ...ids], { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = 0;
  const lines = createInterface(child.stdout).on('line', (line) => (acknowledged = Number(line)));
  await once(lines, 'line');
  const closed = once(lines, 'close');
  await wait(afterMs);
  child.kill('SIGKILL');
  await closed;
  return acknowledged;
}
