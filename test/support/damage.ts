/** Stores whose files are damaged as disks damage them, and what a reader makes of each, held against what was written. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomIntegers } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { AppError } from '../../src/shared/errors.ts';
import { openReadableStore, openStore } from '../../src/studio/store/open.ts';
import type { ReadableStore } from '../../src/studio/store/types.ts';
import { batchOf, newComparison, runRecord, solution } from '../fixtures/runs.ts';

const PAGE = 4096;
/** Series that are asked for although no run has them. */
const ABSENT = 'never';

export const damageKinds = [
  'byte',
  'bytes',
  'bit',
  'zeroed page',
  'zeroed part',
  'swapped pages',
  'truncated',
] as const;
type DamageKind = (typeof damageKinds)[number];

export const verdicts = ['refused', 'shown as damaged', 'undamaged', 'altered', 'bare error'] as const;
type Verdict = (typeof verdicts)[number];

export interface Trial {
  readonly kind: DamageKind;
  readonly verdict: Verdict;
  /** Of an altered store, or a bare error: where. */
  readonly detail: string;
}

type Snapshot = Readonly<Record<string, string>>;

/** Two comparisons of three runs: series of several blocks and of few points, logs, tags, metrics, a solution. */
function writeStore(file: string): void {
  const store = openStore(file);
  for (const name of ['first', 'second']) {
    const { comparison, runs } = store.createComparison(newComparison(3, name));
    store.setBaselines(comparison.id, { optimum: 1.5 });
    store.addSolution(comparison.id, solution);
    for (const [index, { id }] of runs.entries()) {
      store.addEvent(id, { kind: 'state', step: 0, message: 'running' });
      const count = 3000 * (index + 1);
      const steps = Array.from({ length: count }, (_, step) => step * (1 + index));
      store.commit([
        batchOf(
          id,
          'loss',
          steps,
          steps.map((step) => Math.sin(step + index)),
        ),
      ]);
      const irregular = steps.slice(0, 5000).map((step) => step * step);
      store.commit([
        batchOf(
          id,
          'gap',
          irregular,
          irregular.map((step) => 1 / (1 + step)),
        ),
      ]);
      store.commit([
        {
          ...batchOf(id, 'loss', [], []),
          pictures: [0, 50, 100].map((step) => ({
            name: 'menu',
            step,
            content: Uint8Array.from({ length: 100 * step }, (_, i) => (i * (step + index)) % 251),
          })),
        },
      ]);
      store.addEvent(id, { kind: 'log', step: count, message: `wrote ${count} points` });
      const { environment } = runRecord;
      store.updateRun(id, {
        ...(environment === null ? {} : { environment }),
        notes: `notes of ${id}`,
        tags: ['a', 'b'],
      });
      store.updateRun(id, { state: index === 0 ? 'interrupted' : 'completed', startedAt: 1, endedAt: 2 });
    }
  }
  store.close();
}

/** Everything that can be read, as text; parts that cannot are told to `refuse`. */
function snapshotOf(store: ReadableStore, refuse: (error: unknown) => void): Snapshot {
  const snapshot: Record<string, string> = {};
  const part = (name: string, read: () => unknown) => {
    try {
      snapshot[name] = JSON.stringify(read(), (_, value: unknown) =>
        value instanceof Float64Array
          ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
          : value,
      );
    } catch (error) {
      refuse(error);
    }
  };
  const { runs, damaged } = store.storedRuns();
  part('count', () => runs.length + damaged.length);
  for (const comparison of store.comparisons()) part(`comparison ${comparison.id}`, () => comparison);
  if (damaged.length > 0) refuse(new AppError('external', damaged[0]?.damage ?? ''));
  for (const run of runs) {
    part(`run ${run.id}`, () => run);
    part(`run ${run.id} alone`, () => store.run(run.id));
    part(`log of ${run.id}`, () => store.events(run.id));
    part(`series of ${run.id}`, () => store.series(run.id));
    part(`kept pictures of ${run.id}`, () => store.keptPictures(run.id));
    for (const name of ['loss', 'gap', ABSENT]) {
      part(`${name} of ${run.id}`, () => store.readSeries(run.id, name));
      part(`picture of ${name} of ${run.id}`, () =>
        store.decimate(run.id, name, { from: 0, to: 9000, columns: 3 }),
      );
    }
  }
  return snapshot;
}

export class DamageTrials {
  readonly #folder: string;
  readonly #file: string;
  readonly #bytes: Buffer;
  readonly #truth: Snapshot;
  readonly #seed: number;

  constructor(folder: string, seed: number) {
    this.#folder = folder;
    this.#seed = seed;
    this.#file = join(folder, 'whole.sqlite');
    writeStore(this.#file);
    const store = openReadableStore(this.#file);
    this.#truth = snapshotOf(store, (error) => {
      throw error;
    });
    store.close();
    this.#bytes = readFileSync(this.#file);
  }

  run(index: number): Trial {
    const kind = damageKinds[index % damageKinds.length] as DamageKind;
    const draws = randomIntegers(fold(rootKey(this.#seed), index), 64, 2 ** 31 - 1);
    const file = join(this.#folder, 'damaged.sqlite');
    copyFileSync(this.#file, file);
    writeFileSync(file, this.#damaged(kind, draws));
    try {
      return { kind, ...this.#verdict(file) };
    } finally {
      for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    }
  }

  #damaged(kind: DamageKind, draws: ArrayLike<number>): Buffer {
    const bytes = Buffer.from(this.#bytes);
    const pages = bytes.length / PAGE;
    const draw = (at: number, below: number) => (draws[at] ?? 0) % below;
    // Not the first page alone, nor by its share: all of a store's state lies in few pages.
    const page = draw(0, pages);
    const other = draw(1, pages);
    const flip = (at: number, mask: number) => (bytes[at] = (bytes[at] ?? 0) ^ mask);
    switch (kind) {
      case 'byte':
        flip(page * PAGE + draw(1, PAGE), 1 + draw(2, 255));
        return bytes;
      case 'bit':
        flip(page * PAGE + draw(1, PAGE), 1 << draw(2, 8));
        return bytes;
      case 'bytes':
        for (let i = 0; i < 8; i += 1) flip(draw(3 * i + 3, bytes.length), 1 + draw(3 * i + 4, 255));
        return bytes;
      case 'zeroed page':
        return bytes.fill(0, page * PAGE, (page + 1) * PAGE);
      case 'zeroed part': {
        const from = page * PAGE + draw(1, PAGE);
        return bytes.fill(0, from, Math.min(bytes.length, from + 1 + draw(2, 512)));
      }
      case 'swapped pages':
        bytes.copyWithin(page * PAGE, other * PAGE, (other + 1) * PAGE);
        this.#bytes.copy(bytes, other * PAGE, page * PAGE, (page + 1) * PAGE);
        return bytes;
      case 'truncated':
        return bytes.subarray(0, draw(1, 2) === 0 ? draw(2, bytes.length) : draw(2, pages) * PAGE);
    }
  }

  #verdict(file: string): Omit<Trial, 'kind'> {
    let refusals = 0;
    const told: string[] = [];
    const refuse = (error: unknown) => {
      if (!(error instanceof AppError) || error.kind === 'internal') throw error;
      told.push(error.message);
      refusals += 1;
    };
    try {
      const store = openReadableStore(file);
      try {
        const read = snapshotOf(store, refuse);
        const altered = Object.entries(read).find(([name, text]) => this.#truth[name] !== text);
        if (altered !== undefined)
          return { verdict: 'altered', detail: `${altered[0]}; told: ${told.join(' | ')}` };
        const lost = Object.keys(this.#truth).length - Object.keys(read).length;
        if (lost > 0 && refusals === 0)
          return { verdict: 'altered', detail: 'parts are missing, and nothing was said' };
        return { verdict: refusals > 0 ? 'shown as damaged' : 'undamaged', detail: '' };
      } finally {
        store.close();
      }
    } catch (error) {
      if (error instanceof AppError && error.kind !== 'internal') return { verdict: 'refused', detail: '' };
      return {
        verdict: 'bare error',
        detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    }
  }
}
