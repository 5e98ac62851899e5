/**
 * Who may import whom: the one list from which eslint.config.js (in the editor) and test/unit/layering.test.ts (over all
 * imports, dynamic ones too) take their rules. docs/architecture.md draws it.
 */

interface Layer {
  /** Folder below src/. */
  readonly folder: string;
  /** Folders and single modules below src/ that it may import, beside its own. */
  readonly imports: readonly string[];
  /** The only packages it may import; absent: any that is not reserved. */
  readonly packages?: readonly string[];
  /** May it import Node's own modules? */
  readonly node: boolean;
  /** What to do instead, shown with every forbidden arrow. */
  readonly remedy: string;
}

export const layers: readonly Layer[] = [
  {
    folder: 'shared',
    imports: [],
    packages: ['zod', '@orpc/contract'],
    node: false,
    remedy:
      'shared holds data and schemas for every process: move code that needs more to the layer that needs it.',
  },
  {
    folder: 'engine',
    imports: ['shared'],
    packages: ['@tensorflow/tfjs-core', 'zod', 'fastest-levenshtein', 'mathjs', 'highs'],
    node: false,
    remedy: 'the engine takes files, clock and log from its host (EngineHost): add what is missing there.',
  },
  {
    folder: 'trainer',
    imports: ['shared', 'engine'],
    node: true,
    remedy:
      'the trainer knows the engine and its channel: what the studio must know goes through src/shared/jobs.ts.',
  },
  {
    folder: 'studio',
    // The watchdog is for every process that a studio starts; where a run's parameters lie is told in one place.
    imports: ['shared', 'engine/catalog.ts', 'trainer/watchdog.ts', 'trainer/run-folder.ts'],
    node: true,
    remedy:
      'the studio knows problems and estimators as descriptors only: extend src/engine/catalog.ts, and train in the trainer.',
  },
  ...['main', 'server', 'cli'].map((folder) => ({
    folder,
    imports: ['shared', 'studio', ...(folder === 'server' ? [] : ['server'])],
    node: true,
    remedy: 'a host only shows what the studio does: add it to src/studio and call it from here.',
  })),
  ...['preload', 'renderer'].map((folder) => ({
    folder,
    imports: ['shared'],
    node: false,
    remedy: 'the page is sandboxed and knows only src/shared: ask the studio through a contract.',
  })),
];

interface Reservation {
  /** Package names; one that ends in `/` stands for a whole scope. */
  readonly packages: readonly string[];
  /** The only folders below src/ that may import them. */
  readonly folders: readonly string[];
}

export const reservations: readonly Reservation[] = [
  { packages: ['@tensorflow/', 'webgpu'], folders: ['engine', 'trainer'] },
  { packages: ['better-sqlite3'], folders: ['studio/store', 'studio/files'] },
  { packages: ['electron'], folders: ['main', 'preload'] },
  { packages: ['echarts'], folders: ['renderer/charts', 'studio/report'] },
  { packages: ['mathjs'], folders: ['engine/objectives'] },
  { packages: ['highs'], folders: ['engine/auctions/exact'] },
];
