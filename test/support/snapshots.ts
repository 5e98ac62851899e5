/** What a data folder holds of its one run, read while others write to it or after they were killed. */
import { join } from 'node:path';
import { runSummarySchema } from '../../src/shared/contract/run-summary.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import type { ReadableStore, Series } from '../../src/studio/store/types.ts';
import { createStudio, STORE_FILE, type Studio } from '../../src/studio/studio.ts';
import { clientOf } from './run-files/show-everything.ts';

export interface Snapshot {
  readonly run: RunRecord | undefined;
  readonly series: Readonly<Record<string, Series>>;
}

export const nothingStored: Snapshot = { run: undefined, series: {} };

/** `nothing` where there is no store yet. */
function reading<T>(dataDir: string, read: (store: ReadableStore) => T, nothing: T): T {
  let store;
  try {
    store = openReadableStore(join(dataDir, STORE_FILE));
  } catch {
    return nothing;
  }
  try {
    return read(store);
  } finally {
    store.close();
  }
}

export function snapshot(dataDir: string): Snapshot {
  return reading(
    dataDir,
    (store) => {
      const [run] = store.runs();
      if (run === undefined) return nothingStored;
      const names = store.series(run.id).map(({ name }) => name);
      return { run, series: Object.fromEntries(names.map((name) => [name, store.readSeries(run.id, name)])) };
    },
    nothingStored,
  );
}

/** Points stored of the run, all series together. */
export function storedPoints(dataDir: string): number {
  return reading(
    dataDir,
    (store) => {
      const [run] = store.runs();
      return run === undefined ? 0 : store.series(run.id).reduce((sum, { count }) => sum + count, 0);
    },
    0,
  );
}

export function pointsOf({ series }: Snapshot): number {
  return Object.values(series).reduce((sum, { steps }) => sum + steps.length, 0);
}

/** Points of `before` that `after` lacks or has otherwise. */
export function lostPoints(before: Snapshot, after: Snapshot): number {
  let lost = 0;
  for (const [name, { steps, values }] of Object.entries(before.series)) {
    const now = after.series[name];
    for (let i = 0; i < steps.length; i++) {
      if (now?.steps[i] !== steps[i] || !Object.is(now?.values[i], values[i])) lost += 1;
    }
  }
  return lost;
}

/** How many runs the page's list has of those that a studio's store holds, and how many it lacks or has in no shape for a page. */
async function listAsPage(studio: Studio): Promise<{ listed: number; unlisted: number }> {
  const { runs, damaged } = studio.store.storedRuns();
  const stored = runs.length + damaged.length;
  try {
    const { list } = clientOf(studio).runs;
    const pages = await Promise.all(
      [false, true].map((archived) => list({ filter: { archived }, limit: 5000 })),
    );
    const rows = pages.flatMap((page) => page.runs).filter((row) => runSummarySchema.safeParse(row).success);
    return { listed: rows.length, unlisted: stored - rows.length };
  } catch {
    return { listed: 0, unlisted: stored };
  }
}

/** `listAsPage` of a folder that nobody has open. */
export async function listFolder(dataDir: string): Promise<{ listed: number; unlisted: number }> {
  const studio = createStudio({ dataDir, program: 'test' });
  try {
    return await listAsPage(studio);
  } finally {
    await studio.close();
  }
}
