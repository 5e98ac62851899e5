/**
 * The studio: owner of one data folder. It holds the lock and the store, turns requests into comparisons, and runs them
 * through the queue. Transport-free: the command line, the server and Electron's main process are thin hosts of it.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isFromElsewhere } from '../shared/elsewhere.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import type { ComparisonRecord, RunRecord } from '../shared/run.ts';
import type { SolveRequest } from '../shared/contract/capabilities.ts';
import type { JobResult, PreparationStage } from '../shared/jobs.ts';
import type { Settings } from '../shared/contract/settings.ts';
import manifest from '../../package.json' with { type: 'json' };
import { watchControl } from './control-spool.ts';
import { takeOverRuns } from './earlier-runs.ts';
import { knownSubmissions, removeUnfinished } from './executors/known-submissions.ts';
import { createExecutors, type Executors } from './executors/registry.ts';
import { Imports } from './imports.ts';
import { Backends } from './jobs/backends.ts';
import type { DispatchTimes } from './jobs/dispatch/engine-poll.ts';
import { JobQueue } from './jobs/job-queue.ts';
import { Lab } from './jobs/lab.ts';
import { Questions } from './jobs/questions.ts';
import type { AskOptions } from './jobs/ask.ts';
import { lockDataFolder, type DataFolderLock } from './store/data-folder-lock.ts';
import { EventFeed } from './live/event-feed.ts';
import { ProgressThrottle, type RunUpdate } from './live/progress-throttle.ts';
import { publishingStore } from './live/publishing-store.ts';
import { Operations } from './operations/operations.ts';
import { checkRequest, prepareExperiment, titleOf, type Prepared } from './prepare.ts';
import { readSettings, writeSettings } from './settings.ts';
import { Solvers } from './solve.ts';
import { storeComparison } from './store-comparison.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/types.ts';
import { SweepSupervisor } from './sweeps/supervisor.ts';

export interface StudioOptions {
  readonly dataDir: string;
  /** Who holds the folder, as the refusal of a second studio names it. */
  readonly program: string;
  /** CPU trainers at once; what the settings say when absent. */
  readonly concurrency?: number;
  /** Runs that differ by their seed alone are not trained together; what the settings say when absent. */
  readonly oneByOne?: boolean;
  /** Absent: those that there are. */
  readonly executors?: Executors;
  /** How long tasks and engines may take; absent: as usual. */
  readonly dispatchTimes?: Partial<DispatchTimes>;
  onUpdate?(update: RunUpdate): void;
  /** The disk is full: live runs pause, and everything waits for space. */
  onDiskFull?(reason: string): void;
  /**
   * The studio cannot go on: the store can no longer be written to, or the folder was taken from it. Every trainer writes a
   * checkpoint and ends.
   * @param lost the folder: then there is nothing to read either, and the host ends
   */
  onBroken?(error: unknown, lost: boolean): void;
  /** Something is amiss that the studio has put right, or can do without. */
  onNotice?(message: string): void;
}

export interface Studio {
  readonly dataDir: string;
  readonly store: Store;
  readonly queue: JobQueue;
  readonly backends: Backends;
  /** The labs' trainer: started by the first task. */
  readonly lab: Lab;
  readonly questions: Questions;
  /** Run files on their way into the folder. */
  readonly imports: Imports;
  /** What changes in store and queue from now on. */
  readonly feed: EventFeed;
  readonly settings: Settings;
  /** Kept in the data folder; takes effect at once. */
  changeSettings(change: Partial<Settings>): void;
  /** Why the store can no longer be written to; empty while all is well. */
  readonly broken: string;
  /** Looks whether the data folder and its database are still those that were opened; else `broken` says so from now on. */
  checkFolder(): void;
  /** Runs that earlier studios on this folder left unfinished, and that are still `interrupted`. */
  left(): readonly RunRecord[];
  /** Checks everything (config, data, memory, backend) and computes the reference lines; starts nothing. */
  prepare(
    request: ExperimentRequest,
    signal?: AbortSignal,
    onStage?: (stage: PreparationStage) => void,
  ): Promise<Prepared>;
  /** Stores the comparison and queues its runs. `id` absent: a new one. */
  start(
    prepared: Prepared,
    name: string,
    id?: string,
  ): { comparison: ComparisonRecord; runs: readonly RunRecord[] };
  /** One of a problem's solvers, in a process of its own; what it finds of a stored comparison's data is kept with it. */
  solve(request: SolveRequest, options?: AskOptions<'solve'>): Promise<JobResult<'solve'>>;
  /** Long work beside runs, whoever asked for it. */
  readonly operations: Operations;
  /** Queues runs that were interrupted, stopped, failed or never started, as `SweepSupervisor.resume` does. */
  resume(runs: readonly RunRecord[]): void;
  /** Ends a run, takes it out of the queue, or marks one that is interrupted: it is `stopped` then, and can be resumed. */
  stop(run: string, reason: string): void;
  /** Ends live trainers with a checkpoint, closes the store and releases the folder. */
  close(): Promise<void>;
}

export const STORE_FILE = 'studio.sqlite';
const FOLDER_CHECK_MS = 1000;

export function createStudio(options: StudioOptions): Studio {
  const lock = lockDataFolder(options.dataDir, options.program);
  try {
    return open(options, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function open(options: StudioOptions, lock: DataFolderLock): Studio {
  const { dataDir } = options;
  const [backends, lab, questions] = [new Backends(), new Lab(), new Questions()];
  const feed = new EventFeed();
  const progress = new ProgressThrottle(feed);
  const path = join(dataDir, STORE_FILE);
  const store = publishingStore(
    openStore(path, () => lock.assertHeld()),
    feed,
  );
  lock.guard(path);
  removeUnfinished(dataDir);
  const submissions = knownSubmissions(dataDir);
  const { left, unmade } = takeOverRuns(store, dataDir, submissions);
  const imports = new Imports({ store, dataDir, feed });
  let settings = readSettings(dataDir);
  backends.standard = settings.backend;
  let [broken, lost] = ['', false];
  const breakDown = (error: unknown) => {
    broken = error instanceof Error ? error.message : String(error);
    feed.publish({ type: 'broken', message: broken });
    options.onBroken?.(error, lost);
  };
  const queue = new JobQueue({
    store,
    dataDir,
    concurrency: options.concurrency ?? settings.jobs ?? availableParallelism(),
    oneByOne: options.oneByOne === true || settings.oneByOne,
    assertOwner: () => lock.assertHeld(),
    executors: options.executors ?? createExecutors(),
    version: manifest.version,
    ...(options.dispatchTimes === undefined ? {} : { dispatchTimes: options.dispatchTimes }),
    onNotice: (message) => options.onNotice?.(message),
    onUpdate: (update) => {
      progress.add(update);
      options.onUpdate?.(update);
    },
    onRefused: (backend) => backends.forget(backend),
    onDiskFull: (reason) => options.onDiskFull?.(reason),
    onBroken: breakDown,
  });
  queue.dispatcher.adopt(submissions);
  const sweeps = new SweepSupervisor({
    store,
    queue,
    feed,
    onNotice: (message) => options.onNotice?.(message),
  });
  sweeps.add(unmade);
  const checkFolder = (when?: 'now') => {
    try {
      lock.assertHeld(when);
    } catch (error) {
      lost = true;
      queue.fail(error);
    }
  };
  const watch = setInterval(checkFolder, FOLDER_CHECK_MS);
  watch.unref();
  const prepare: Studio['prepare'] = (request, signal, onStage) =>
    prepareExperiment({ dataDir, store, backends }, request, signal, onStage);
  const start: Studio['start'] = (prepared, name, id) => {
    const made = storeComparison({ dataDir, store }, prepared, name, id);
    sweeps.add(made.runs);
    return made;
  };
  const solvers = new Solvers(store);
  const solve: Studio['solve'] = (request, options) => solvers.solve(request, options);
  const operations = new Operations({
    dataDir,
    store,
    feed,
    check: (request) => checkRequest({ dataDir, store }, request),
    async begin({ request, comparison, sweep = null }, signal, onStage) {
      const prepared = await prepare(request, signal, onStage);
      signal.throwIfAborted();
      return start({ ...prepared, sweep }, request.name ?? titleOf(prepared), comparison);
    },
    solve,
  });
  const stop = (id: string, reason: string) => {
    if (queue.stateOf(id) !== undefined) queue.stop(id, reason);
    else if (store.run(id)?.state === 'interrupted') store.updateRun(id, { state: 'stopped', reason });
  };
  const unwatch = watchControl(dataDir, {
    onRequest({ verb, runId, by }) {
      if (verb === 'stop') stop(runId, `stopped by ${by}`);
      else if (verb === 'pause') queue.pause(runId, `paused by ${by}`);
      else queue.resume(runId);
    },
    onNotice: (message) => options.onNotice?.(message),
    onBroken(error) {
      checkFolder('now');
      if (broken !== '') return;
      // The store is as it should be: it takes what the runs have come to.
      lost = true;
      breakDown(error);
      void queue.shutdown(broken);
    },
  });
  return {
    dataDir,
    store,
    queue,
    backends,
    lab,
    questions,
    imports,
    feed,
    left() {
      if (left.size === 0) return [];
      // What is in the queue again may not be written yet; a script goes on with its own runs.
      const isLeft = ({ id, spec }: RunRecord) =>
        left.has(id) && queue.stateOf(id) === undefined && !isFromElsewhere(spec);
      return store.runs({ states: ['interrupted'] }).filter(isLeft);
    },
    get settings() {
      return settings;
    },
    changeSettings(change) {
      const changed = { ...settings, ...change };
      lock.assertHeld();
      writeSettings(dataDir, changed);
      settings = changed;
      backends.standard = settings.backend;
      queue.concurrency = settings.jobs ?? availableParallelism();
      queue.oneByOne = options.oneByOne === true || settings.oneByOne;
    },
    get broken() {
      return broken;
    },
    checkFolder: () => checkFolder('now'),
    prepare,
    start,
    solve,
    operations,
    resume: (runs) => sweeps.resume(runs),
    stop,
    async close() {
      sweeps.close();
      await Promise.all([
        queue.shutdown('the studio was closed'),
        operations.close(),
        lab.close(),
        questions.close(),
        imports.close(),
        solvers.close(),
      ]);
      unwatch();
      clearInterval(watch);
      checkFolder('now');
      progress.close();
      feed.close();
      store.close();
      lock.release();
    },
  };
}
