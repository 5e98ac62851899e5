import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { openReadableStore, openStore } from '../store/open.ts';
import type { RunBatch, Store } from '../store/types.ts';
import { tempFolder, type TempFolder } from '../../../test/support/cli.ts';
import { Journal } from './journal.ts';

let folder: TempFolder;
let store: Store;
let runId: string;
const told: string[] = [];
const events = {
  blocked: () => told.push('blocked'),
  recovered: () => told.push('recovered'),
  failed: (error: unknown) => told.push(String(error)),
};

beforeEach(() => {
  folder = tempFolder();
  told.length = 0;
  store = openStore(join(folder.path, 'studio.sqlite'));
  const spec = { problem: 'p', config: {}, estimator: 'e', settings: {}, seed: 1, backend: 'cpu' as const };
  const made = store.createComparison({
    name: 'n',
    problem: 'p',
    preset: null,
    backend: 'cpu',
    runs: [{ spec, steps: 9 }],
  });
  runId = made.runs[0]?.id ?? '';
});
afterEach(() => {
  store.close();
  folder.remove();
});

function batch(step: number, count = 1): RunBatch {
  const steps = Float64Array.from({ length: count }, (_, i) => step + i);
  return {
    runId,
    points: [{ series: 'loss', steps, values: steps.map((at) => Math.sin(at)) }],
    last: { loss: 1 },
    progress: { step, steps: 9, seconds: 1, stepsPerSecond: 1, evaluations: 1 },
  };
}

const receipt = (committed: () => void) => ({
  committed,
  rejected: (reason: string) => told.push(`rejected: ${reason}`),
});

const stored = () => [...store.readSeries(runId, 'loss').steps];

describe('journal', () => {
  it('acknowledges points only when they can be read back, and keeps the order of points and writes', () => {
    const journal = new Journal(store, events, () => undefined);
    const seen: unknown[] = [];
    // Sees what is committed alone.
    const reader = openReadableStore(store.path);
    onTestFinished(() => reader.close());
    const durable = () => [reader.run(runId)?.state, ...reader.readSeries(runId, 'loss').steps];
    journal.points(
      batch(1),
      receipt(() => seen.push(['first', durable().includes(1)])),
    );
    journal.write((to) => {
      seen.push(['write', ...stored()]);
      to.updateRun(runId, { state: 'paused', reason: 'r' });
    });
    journal.points(
      batch(2),
      receipt(() => seen.push(['second', ...durable()])),
    );
    expect(seen).toEqual([]);
    expect(journal.flush()).toBe(true);
    expect(seen.filter((one) => (one as unknown[])[0] !== 'write')).toEqual([
      ['first', true],
      ['second', 'paused', 1, 2],
    ]);
    expect(seen).toContainEqual(['write', 1]);
  });

  it('what waits for the disk waits once: an end is there whole, or not at all', () => {
    const journal = new Journal(store, events, () => undefined);
    const reader = openReadableStore(store.path);
    onTestFinished(() => reader.close());
    const durable = () => [reader.run(runId)?.state, reader.events(runId).length];
    const meanwhile: unknown[] = [];
    journal.write((to) => {
      to.updateRun(runId, { state: 'completed' });
      meanwhile.push(durable());
      to.addEvent(runId, { kind: 'state', step: 9, message: 'completed' });
      meanwhile.push(durable());
    });
    expect(journal.writeSome()).toBe(true);
    expect([...meanwhile, durable()]).toEqual([
      ['queued', 0],
      ['queued', 0],
      ['completed', 1],
    ]);
  });

  it('a run that is damaged keeps none that is written with it from being stored', () => {
    const made = store.createComparison({
      ...{ name: 'n', problem: 'p', preset: null, backend: 'cpu' },
      runs: [1, 2, 3].map((seed) => ({
        spec: { problem: 'p', config: {}, estimator: 'e', settings: {}, seed, backend: 'cpu' as const },
        steps: 9,
      })),
    });
    const ids = made.runs.map(({ id }) => id);
    const db = new Database(store.path);
    db.prepare(`UPDATE runs SET name = 'altered' WHERE id = ?`).run(ids[1]);
    db.close();
    const journal = new Journal(store, events, () => undefined);
    for (const id of ids) {
      journal.points(
        { ...batch(1), runId: id },
        receipt(() => told.push(`stored ${ids.indexOf(id)}`)),
      );
      journal.write((to) => to.updateRun(id, { state: 'running' }));
    }
    expect(journal.flush()).toBe(true);
    expect(told).toEqual(['stored 0', expect.stringContaining('does not match its checksum'), 'stored 2']);
    expect([0, 2].map((n) => store.run(ids[n]!)?.state)).toEqual(['running', 'running']);
  });

  it('writes by itself a twentieth of a second later', async () => {
    const journal = new Journal(store, events, () => undefined);
    await new Promise<void>((resolve) => journal.points(batch(1), receipt(resolve)));
    expect(stored()).toEqual([1]);
  });

  it('on a full disk keeps everything, acknowledges nothing, tells once, and goes on when there is space', () => {
    const journal = new Journal(store, events, () => undefined);
    const acknowledged: number[] = [];
    // What the store throws on SQLITE_FULL; its own tests, and disk-full.test.ts on a real file system, show that it does.
    const full = new AppError('disk-full', 'the disk is full');
    let space = false;
    journal.points(
      batch(1),
      receipt(() => acknowledged.push(1)),
    );
    journal.write(() => {
      if (!space) throw full;
    });
    journal.points(
      batch(2),
      receipt(() => acknowledged.push(2)),
    );
    expect([journal.flush(), journal.flush()]).toEqual([false, false]);
    expect([told, acknowledged, journal.pending]).toEqual([['blocked'], [1], 2]);
    space = true;
    expect(journal.flush()).toBe(true);
    expect([told, acknowledged, stored()]).toEqual([
      ['blocked', 'recovered'],
      [1, 2],
      [1, 2],
    ]);
  });

  it('points that the store refuses are dropped and reported; the others are committed', () => {
    const journal = new Journal(store, events, () => undefined);
    const acknowledged: number[] = [];
    journal.points(
      batch(1),
      receipt(() => acknowledged.push(1)),
    );
    const [bad] = batch(2, 2).points;
    bad?.steps.fill(2);
    journal.points(
      { ...batch(2), points: bad === undefined ? [] : [bad] },
      receipt(() => acknowledged.push(2)),
    );
    journal.points(
      batch(3),
      receipt(() => acknowledged.push(3)),
    );
    expect(journal.flush()).toBe(true);
    expect(acknowledged).toEqual([1, 3]);
    expect(told).toEqual([expect.stringMatching(/^rejected: .*step 2 after step 2/)]);
    expect(stored()).toEqual([1, 3]);
  });

  it('stops for good on any other failure, and when another studio owns the folder', () => {
    let owned = true;
    const journal = new Journal(store, events, () => {
      if (!owned) throw new AppError('conflict', 'taken over');
    });
    owned = false;
    journal.points(
      batch(1),
      receipt(() => told.push('acknowledged')),
    );
    expect(journal.flush()).toBe(false);
    owned = true;
    expect(journal.flush()).toBe(false);
    expect(told).toEqual(['AppError: taken over']);
    expect(stored()).toEqual([]);
  });
});
