/** What every verb needs: the data folder, the output, the store to read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DamagedRun } from '../shared/contract/damaged-run.ts';
import { counted } from '../shared/counted.ts';
import { AppError } from '../shared/errors.ts';
import type { RunRecord } from '../shared/run.ts';
import { dataFolder } from '../studio/data-folder.ts';
import { isDataFolderHeld } from '../studio/store/data-folder-lock.ts';
import { openReadableStore } from '../studio/store/open.ts';
import type { Output } from './output.ts';
import type { ReadableStore, StoredRuns } from '../studio/store/types.ts';
import { withoutOwner } from '../studio/store/without-owner.ts';
import { STORE_FILE } from '../studio/studio.ts';

/** Damaged runs that are named one by one. */
const MOST_NOTED = 10;

export interface CommonOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

export function dataDirOf(options: CommonOptions): string {
  return dataFolder(options.dataDir);
}

/** The store for reading, also while a studio is writing to it. `use` is synchronous. */
export function withReadableStore<T>(options: CommonOptions, use: (store: ReadableStore) => T): T {
  const store = openExistingStore(options);
  try {
    return use(store);
  } finally {
    store.close();
  }
}

/** The same, for the caller to close. Runs of a studio that is gone are `interrupted`. */
export function openExistingStore(options: CommonOptions): ReadableStore {
  const dataDir = dataDirOf(options);
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) {
    throw new AppError(
      'not-found',
      `${dataDir} holds no runs yet; start some with "gumbel-studio run", or name a folder with --data-dir`,
    );
  }
  return withoutOwner(openReadableStore(path), () => isDataFolderHeld(dataDir));
}

/** What is left out because it cannot be read, in a sentence each. */
export function noteDamaged(output: Output, damaged: readonly DamagedRun[]): void {
  for (const { damage } of damaged.slice(0, MOST_NOTED)) output.note(damage);
  if (damaged.length > MOST_NOTED) output.note(counted(damaged.length - MOST_NOTED, 'more damaged run'));
}

/** Runs named by ids of runs or comparisons, or by the first characters of one where those are unmistakable. */
export function findRuns(store: ReadableStore, names: readonly string[]): readonly RunRecord[] {
  return findStoredRuns(store, names).runs;
}

/**
 * The id of the comparison that a word names.
 * @param verb of the command, and `path` its argument, for the refusal
 * @throws AppError validation if the word names a run
 */
export function findComparison(store: ReadableStore, word: string, verb: string, path = 'id'): string {
  const { runs, damaged } = findStoredRuns(store, [word]);
  const id = (runs[0] ?? damaged[0])?.comparison ?? '';
  // The id of a comparison is the beginning of its runs' ids.
  if (id.startsWith(word)) return id;
  throw new AppError('validation', `${verb}: ${word} is a run; give the id of its comparison, ${id}`, {
    path,
  });
}

/** The one run that a word names. */
export function findOneRun(options: CommonOptions, name: string): RunRecord {
  return withReadableStore(options, (store) => {
    const [run, ...others] = findRuns(store, [name]);
    if (run !== undefined && others.length === 0) return run;
    throw new AppError(
      'validation',
      `${name}: expected one run, found ${others.length + 1}; name one of them`,
    );
  });
}

/** The same with the damaged runs of these comparisons, which are left out of the others. */
export function findStoredRuns(store: ReadableStore, names: readonly string[]): StoredRuns {
  const found = new Map<string, RunRecord>();
  const broken = new Map<string, DamagedRun>();
  for (const name of names) {
    const { runs, damaged } = runsNamed(store, name);
    for (const run of runs) found.set(run.id, run);
    for (const run of damaged) broken.set(run.id, run);
  }
  return { runs: [...found.values()], damaged: [...broken.values()] };
}

function runsNamed(store: ReadableStore, name: string): StoredRuns {
  const exact = store.run(name);
  if (exact !== undefined) return { runs: [exact], damaged: [] };
  if (store.comparison(name) !== undefined) return store.storedRuns({ comparison: name });
  const { comparisons, runs } = store.findIds(name);
  const [comparison] = comparisons;
  if (comparisons.length === 1 && comparison !== undefined) return store.storedRuns({ comparison });
  const [run] = runs;
  if (comparisons.length === 0 && runs.length === 1 && run !== undefined) return runsNamed(store, run);
  const candidates = comparisons.length > 0 ? comparisons : runs;
  if (candidates.length === 0) {
    throw new AppError(
      'not-found',
      `no run or comparison is called "${name}"; "gumbel-studio list" shows what there is`,
    );
  }
  throw new AppError(
    'not-found',
    `"${name}" could be ${candidates.slice(0, 5).join(', ')}; give more characters`,
  );
}
