/**
 * Who may import whom: the one list from which eslint.config.js (in the editor) and test/unit/layering.test.ts (over all
 * imports, dynamic ones too) take their rules. docs/architecture.md draws it.
 */

export interface Floor {
  /**
   * Folders and single modules below the layer's folder; `*.ts` stands for its modules that no floor names, as one place. Places
   * of one floor do not know each other.
   */
  readonly places: readonly string[];
  /** Places of lower floors that these may not import either. */
  readonly strangers?: readonly string[];
  /** What to do instead of an arrow up, or to a neighbour. */
  readonly remedy: string;
}

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
  /** From the ground up: what stands on a floor may import the floors below. Whatever is in the folder stands on one. */
  readonly floors?: readonly Floor[];
}

/**
 * Two towers on one ground: what is chosen (problems, on their auctions, flows, images and networks) and how its gradient is estimated
 * (estimators, diagnostics, training). They meet in labs and catalog alone, so problems stand above training, and are told
 * not to look at it.
 */
const engineFloors: readonly Floor[] = [
  { places: ['assembler', 'statistics'], remedy: 'code and moments know nothing of tensors.' },
  {
    places: ['stack'],
    remedy: 'a stack holds tensors of several runs: what is computed with them is a kernel.',
  },
  { places: ['random'], remedy: 'random numbers know a key and a shape.' },
  { places: ['kernels'], remedy: 'tensor operations know nothing of choices.' },
  {
    places: ['core'],
    remedy: 'core holds nouns: move the type that it needs into core, or leave it a type parameter.',
  },
  {
    places: [
      'distributions',
      'structured',
      'objectives',
      'sampling',
      'optimisers',
      'auctions',
      'flows',
      'images',
      'off-policy',
      'text',
      'networks',
    ],
    remedy: 'one subject a folder: what two of them need belongs into core, random or statistics.',
  },
  {
    places: ['estimators'],
    strangers: ['objectives', 'auctions', 'flows', 'images', 'off-policy', 'text', 'networks'],
    remedy: 'an estimator knows a choice and an f (src/engine/core), and never a problem.',
  },
  {
    places: ['diagnostics'],
    strangers: ['auctions', 'flows', 'images', 'off-policy', 'text', 'networks'],
    remedy: 'diagnostics know estimators and objectives, and of problems only src/engine/core/problem.ts.',
  },
  {
    places: ['training'],
    strangers: ['auctions', 'flows', 'images', 'off-policy', 'text', 'networks'],
    remedy: 'the loop trains any problem: what it needs of one is a member in src/engine/core/problem.ts.',
  },
  {
    places: ['problems'],
    strangers: ['estimators', 'diagnostics', 'training'],
    remedy:
      'a problem never names an estimator: it says what it is in a ProblemDefinition, and is trained by the loop.',
  },
  { places: ['input-paths.ts'], remedy: 'paths of files know the problems that name them.' },
  {
    places: ['labs', 'experiment.ts', 'fork.ts'],
    remedy: 'labs, experiments and forks meet in src/engine/catalog.ts or in the trainer.',
  },
  { places: ['catalog.ts'], remedy: 'the catalog describes what is below it.' },
];

const studioFloors: readonly Floor[] = [
  {
    places: ['catalog.ts'],
    remedy: 'what is said of the engine alone knows nothing of the store.',
  },
  { places: ['store'], remedy: 'the store keeps rows: what they mean is said above it.' },
  {
    places: ['files', 'live'],
    remedy: 'files read and write what the store has, live tells it: whoever needs both stands above them.',
  },
  {
    places: ['executors'],
    remedy: 'an executor knows tasks, folders and commands: what knows runs and trainers stands above it.',
  },
  { places: ['jobs'], remedy: 'jobs run trainers, whatever asked for them.' },
  {
    places: ['comparisons', 'forks', 'operations', 'task'],
    remedy: 'what two of them need belongs into the store or into a module of src/studio.',
  },
  {
    places: ['report', 'sweeps', '*.ts'],
    remedy: 'what the studio can do is told by studio.ts and handlers, which stand above it.',
  },
  { places: ['studio.ts'], remedy: 'the studio knows no contract: a handler calls it.' },
  { places: ['handlers', 'check-store.ts'], remedy: 'a handler only calls what is below it.' },
];

const rendererFloors: readonly Floor[] = [
  { places: ['styles', 'format'], remedy: 'a format knows a value and nothing of the page.' },
  { places: ['page'], remedy: "the page's own state (address, theme, notices) knows nothing of the studio." },
  {
    places: ['api'],
    remedy: 'what the studio is asked and tells has no looks: they belong into ui or a feature.',
  },
  { places: ['ui'], remedy: 'a control draws what it is given: hand in what it needs from above.' },
  { places: ['charts'], remedy: 'a chart draws what it is given: hand in what it needs from above.' },
  {
    places: ['pictures'],
    remedy: 'a picture draws any panel: what knows one problem is a rich panel, in a feature.',
  },
  {
    places: ['features'],
    remedy: 'what the frame of the page and a feature share belongs into src/renderer/page or api.',
  },
  {
    places: ['app', 'gallery'],
    remedy: 'the frame of the page is started by main.ts; the gallery shows what is below features.',
  },
  { places: ['main.ts'], remedy: 'main.ts only starts the page.' },
];

export const layers: readonly Layer[] = [
  {
    folder: 'shared',
    imports: [],
    // Both page and studio draw pictures and write CSV: where nodes of a graph lie, how a cell is quoted, and what a
    // table says, is the same in both. What settings a sweep draws follows from the request alone.
    packages: [
      'zod',
      '@orpc/contract',
      '@stdlib/stats-base-dists-t-quantile',
      'd3-array',
      'd3-force',
      'd3-hierarchy',
      'csv-parse',
      'csv-stringify',
      'pure-rand',
    ],
    node: false,
    remedy:
      'shared holds data and schemas for every process: move code that needs more to the layer that needs it.',
  },
  {
    folder: 'engine',
    imports: ['shared'],
    packages: [
      '@tensorflow/tfjs-core',
      'zod',
      'fastest-levenshtein',
      'mathjs',
      'highs',
      'csv-parse',
      'pure-rand',
      '@stdlib/math-base-special-erfc',
      '@stdlib/math-base-special-erfcinv',
    ],
    node: false,
    remedy: 'the engine takes files, clock and log from its host (EngineHost): add what is missing there.',
    floors: engineFloors,
  },
  {
    folder: 'node',
    imports: ['shared'],
    node: true,
    remedy:
      'node holds what trainer and studio both need of Node: what only one of them needs belongs there.',
  },
  {
    folder: 'trainer',
    imports: ['shared', 'node', 'engine'],
    node: true,
    remedy:
      'the trainer knows the engine and its channel: what the studio must know goes through src/shared/jobs.ts.',
  },
  {
    folder: 'studio',
    imports: ['shared', 'node', 'engine/catalog.ts'],
    node: true,
    remedy:
      'the studio knows problems and estimators as descriptors only: extend src/engine/catalog.ts, and train in the trainer.',
    floors: studioFloors,
  },
  ...['main', 'server', 'cli'].map((folder) => ({
    folder,
    imports: ['shared', 'node', 'studio', ...(folder === 'server' ? [] : ['server'])],
    node: true,
    remedy: 'a host only shows what the studio does: add it to src/studio and call it from here.',
  })),
  ...['preload', 'renderer'].map((folder) => ({
    folder,
    imports: ['shared'],
    node: false,
    remedy: 'the page is sandboxed and knows only src/shared: ask the studio through a contract.',
    ...(folder === 'renderer' ? { floors: rendererFloors } : {}),
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
  { packages: ['hyparquet', 'hyparquet-writer'], folders: ['studio/files'] },
  { packages: ['mathjs'], folders: ['engine/objectives'] },
  { packages: ['highs'], folders: ['engine/auctions/exact'] },
  { packages: ['pure-rand'], folders: ['engine/off-policy', 'shared/sweep', 'studio/comparisons'] },
];
