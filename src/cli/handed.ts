/**
 * Runs that the studio which holds the folder trains for this command. What is said, reported and returned is what the command says
 * in a studio of its own; Ctrl-C stops what it has started, and nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StudioEvent } from '../shared/contract/events.ts';
import { pendingStates, stoppableStates, type RunRecord, type RunState } from '../shared/run.ts';
import type { ReadableStore } from '../studio/store/types.ts';
import { openExistingStore } from './context.ts';
import type { Door } from './door.ts';
import { onEnding } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import { detachedOf, exitCodeOfRuns, noteUnfinished, type LiveOptions, type LiveWork } from './live-work.ts';
import { createProgress, type ProgressView } from './progress.ts';

const SETTLE_MS = 10_000;
const SETTLE_POLL_MS = 50;

/** Says once who does the work. */
export function noteDoor({ output, dataDir }: Pick<LiveOptions, 'output' | 'dataDir'>, { who }: Door): void {
  output.note(`handed to ${who}, which holds ${dataDir}`);
}

/** Stays until the runs have ended, or the studio has. @returns the exit code */
export async function runHanded(options: LiveOptions, door: Door, work: LiveWork): Promise<number> {
  const { dataDir, jobs, oneByOne = false, output } = options;
  noteDoor(options, door);
  if (jobs !== undefined)
    output.note('--jobs has no effect: that studio decides how many runs train at once');
  if (oneByOne) output.note('--one-by-one has no effect: that studio decides which runs it trains together');
  const abort = new AbortController();
  const follower = new Follower(door);
  const store = openExistingStore({ dataDir });
  const stopListening = onEnding({
    ask() {
      abort.abort();
      if (follower.leave(store)) output.note('\nleaving the runs to their executor');
      else output.note('\nstopping after a checkpoint; press Ctrl-C again to leave at once');
      void follower.stop();
    },
    now: () => process.exit(exitCodes.interrupted),
  });
  try {
    const ids = await begun(door, follower, () => work.hand(door, abort.signal));
    const runs = ids.flatMap((id) => store.run(id) ?? []);
    const view = createProgress(runs, output);
    try {
      follower.show(runs, view, (id) => store.run(id)?.state);
      if (abort.signal.aborted) void follower.stop();
      await Promise.race([follower.ended, door.closed]);
      if (!follower.left) await settled(store, ids);
    } finally {
      view.close();
    }
    const current = runs.map((run) => store.run(run.id) ?? run);
    const detached = abort.signal.aborted ? detachedOf(store, current) : [];
    const cut = !abort.signal.aborted && current.some(({ state }) => state !== 'completed' && !isEnd(state));
    if (follower.broken !== '') output.note(`gumbel-studio: ${follower.broken}`);
    await work.report(store, current);
    if (cut) output.note(`${door.who} ended before these runs did`);
    noteUnfinished(output, current, abort.signal.aborted || cut, detached);
    return exitCodeOfRuns(current, abort.signal.aborted, detached);
  } finally {
    stopListening();
    store.close();
    door.close();
  }
}

/** Follows what is handed over, from before it is. @returns ids of the runs */
async function begun(
  door: Door,
  follower: Follower,
  hand: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  try {
    await follower.listen();
    return await hand();
  } catch (error) {
    throw door.error(error);
  }
}

/** A studio that ends lets its commands go before its trainers have written their checkpoints. */
async function settled(store: ReadableStore, ids: readonly string[]): Promise<void> {
  const deadline = performance.now() + SETTLE_MS;
  while (ids.some((id) => pendingStates.includes(store.run(id)?.state ?? 'stopped'))) {
    if (performance.now() > deadline) return;
    await sleep(SETTLE_POLL_MS);
  }
}

/** States that a run comes to by itself, or because somebody wanted it. */
function isEnd(state: RunState): boolean {
  return state === 'failed' || state === 'stopped';
}

type RunEvent = Extract<StudioEvent, { type: 'run' }>['run'];

/** What the studio says of some of its runs, from before they are begun until they have ended. */
class Follower {
  readonly #door: Door;
  readonly #latest = new Map<string, RunEvent>();
  #runs = new Map<string, RunRecord>();
  #view: ProgressView | undefined;
  #stored: (id: string) => RunState | undefined = () => undefined;
  #end: () => void = () => undefined;
  readonly ended = new Promise<void>((resolve) => (this.#end = resolve));
  /** Why the studio can store nothing any more. */
  broken = '';
  /** Nobody waits for its runs any more. */
  left = false;
  readonly #left = new Set<string>();

  constructor(door: Door) {
    this.#door = door;
  }

  /** From now on: nothing that happens after this is missed. */
  async listen(): Promise<void> {
    const { client } = this.#door;
    const { cursor } = await client.runs.list({ limit: 1 });
    void this.#read(cursor);
  }

  show(runs: readonly RunRecord[], view: ProgressView, stored: (id: string) => RunState | undefined): void {
    this.#runs = new Map(runs.map((run) => [run.id, run]));
    this.#view = view;
    this.#stored = stored;
    for (const id of this.#runs.keys()) this.#tell(id);
    this.#look();
  }

  /** Runs that executors train go on without this command. @returns whether all do */
  leave(store: ReadableStore): boolean {
    const theirs = detachedOf(
      store,
      [...this.#runs.values()].map((run) => ({ ...run, state: this.#stateOf(run.id) })),
    );
    for (const { id } of theirs) this.#left.add(id);
    this.left = theirs.length > 0 && theirs.length === this.#runs.size;
    if (this.left) this.#end();
    return this.left;
  }

  /** Asks for the end of every run of its studio that has not ended. */
  async stop(): Promise<void> {
    for (const id of this.#runs.keys()) {
      if (this.#left.has(id)) continue;
      if (!stoppableStates.includes(this.#stateOf(id))) continue;
      // It may have ended by itself meanwhile.
      await this.#door.client.runs.stop({ ids: [id] }).catch(() => undefined);
    }
  }

  async #read(cursor: string): Promise<void> {
    try {
      for await (const event of await this.#door.client.events.stream({ cursor })) this.#take(event);
    } catch {
      // The studio is gone, which `closed` tells.
    }
  }

  #take(event: StudioEvent): void {
    if (event.type === 'run') {
      this.#latest.set(event.run.id, event.run);
      this.#tell(event.run.id);
    } else if (event.type === 'progress') {
      for (const { id, metrics, ...progress } of event.runs) {
        const known = this.#latest.get(id);
        if (known === undefined) continue;
        this.#latest.set(id, { ...known, ...progress, metrics });
        this.#tell(id);
      }
    } else if (event.type === 'resync') {
      // The stream fell behind: what the store says now is the newest there is.
      for (const id of this.#runs.keys()) {
        const [known, state] = [this.#latest.get(id), this.#stored(id)];
        if (known !== undefined && state !== undefined) this.#latest.set(id, { ...known, state });
      }
    } else if (event.type === 'broken') {
      this.broken = event.message;
      this.#end();
    }
    this.#look();
  }

  #tell(id: string): void {
    const [run, known] = [this.#runs.get(id), this.#latest.get(id)];
    if (run === undefined || known === undefined) return;
    const { state, reason, step, steps, seconds, stepsPerSecond, evaluations, metrics: last } = known;
    const progress = { step, steps, seconds, stepsPerSecond, evaluations };
    this.#view?.update({ run, state, reason, progress, last });
  }

  /** What was handed over and never spoken of waits for its turn. */
  #stateOf(id: string): RunState {
    return this.#latest.get(id)?.state ?? 'queued';
  }

  #look(): void {
    if (this.#view === undefined) return;
    if ([...this.#runs.keys()].every((id) => !pendingStates.includes(this.#stateOf(id)))) this.#end();
  }
}
