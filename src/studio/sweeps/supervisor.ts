/**
 * Watches sweeps while they train: stops what successive halving leaves behind, and what is left once the budget is spent. What it goes
 * by is stored (the plan with the comparison, the measurements with the runs), so that a studio that opens the folder later decides alike.
 */
import { isFromElsewhere } from '../../shared/elsewhere.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import { endedBySweep, halvedReason, spentReason } from '../../shared/sweep/ending.ts';
import { pendingStates, resumableStates, type ComparisonRecord, type RunRecord } from '../../shared/run.ts';
import type { SweepPlan } from '../../shared/sweep/request.ts';
import { problemDescriptor } from '../catalog.ts';
import { groupsOf } from '../comparisons/groups.ts';
import { beyondBudget, reachedLimit } from '../comparisons/sweep/budget.ts';
import { losersOf } from '../comparisons/sweep/halving.ts';
import { RungValues } from '../comparisons/sweep/rung-values.ts';
import { runsOfSweep } from '../comparisons/sweep/trials.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { EventFeed } from '../live/event-feed.ts';
import { stateEvent } from '../store/events.ts';
import type { Store } from '../store/types.ts';

/** Between two looks at one sweep: many runs report many times a second. */
const LOOK_MS = 200;

interface Watched {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly feed: EventFeed;
  /** Something could not be read. */
  onNotice(message: string): void;
}

export class SweepSupervisor {
  readonly #watched: Watched;
  readonly #closing = new AbortController();
  readonly #values: RungValues;
  /** By comparison, the look that is due. */
  readonly #due = new Map<string, NodeJS.Timeout>();
  /** Plans of the comparisons that were asked for; null: it is no sweep, or nothing ends it. */
  readonly #plans = new Map<string, ComparisonRecord | null>();

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#values = new RungValues(watched.store);
    void this.#watch();
  }

  /** Queues runs, but for those of a sweep whose number of runs is reached. */
  add(runs: readonly RunRecord[]): void {
    const refused = [...Map.groupBy(runs, ({ comparison }) => comparison)].flatMap(([id, members]) => {
      const budget = this.#planOf(id)?.sweep?.budget;
      if (budget === undefined || budget === null) return [];
      return beyondBudget(budget, this.#runsOf(id), members).map((run) => ({
        run,
        reason: spentReason('runs', budget.runs ?? 0),
      }));
    });
    const out = new Set(refused.map(({ run }) => run.id));
    for (const { run, reason } of refused) this.#end(run, reason);
    this.#watched.queue.add(runs.filter(({ id }) => !out.has(id)));
    for (const id of new Set(runs.map(({ comparison }) => comparison))) this.#soon(id);
  }

  /**
   * Queues runs that were interrupted, stopped, failed or never started. What their sweep has ended stays ended.
   * @throws AppError `conflict` if one of them is completed, under way or a script's, or if nothing is left to go on with
   */
  resume(runs: readonly RunRecord[]): void {
    const refused = runs.find((run) => !resumableStates.includes(run.state));
    if (refused !== undefined) {
      throw new AppError(
        'conflict',
        `run ${refused.id} is ${refused.state}; only an unfinished run can be resumed`,
      );
    }
    const theirs = runs.find(({ spec }) => isFromElsewhere(spec));
    if (theirs !== undefined)
      throw new AppError('conflict', `run ${theirs.id} is trained by a script; resume it there`);
    const open = runs.filter((run) => endedBySweep(run) === null);
    const [first] = runs;
    if (open.length === 0 && first !== undefined) {
      throw new AppError(
        'conflict',
        `run ${first.id} was ended by its sweep (${first.reason}); clone it to train it on its own`,
      );
    }
    this.add(open);
  }

  close(): void {
    this.#closing.abort();
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#due.clear();
  }

  async #watch(): Promise<void> {
    const { feed } = this.#watched;
    for await (const event of feed.read(null, this.#closing.signal)) this.#try(() => this.#take(event));
  }

  #take(event: StudioEvent): void {
    if (event.type === 'run') this.#soon(event.run.comparison);
    else if (event.type === 'points')
      for (const { id } of event.runs) this.#soon(this.#watched.store.run(id)?.comparison);
    else if (event.type === 'removed') this.#plans.clear();
  }

  #soon(id: string | undefined): void {
    if (id === undefined || this.#due.has(id) || this.#closing.signal.aborted) return;
    if (this.#planOf(id) === null) return;
    this.#due.set(
      id,
      setTimeout(() => {
        this.#due.delete(id);
        this.#try(() => this.#look(id));
      }, LOOK_MS),
    );
  }

  /** What cannot be read now, a damaged record say, may be at the next event: no studio ends of it. */
  #try(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.#watched.onNotice(`a sweep could not be checked: ${toWireError(error).message}`);
    }
  }

  #look(id: string): void {
    const comparison = this.#planOf(id);
    if (comparison === null || comparison.sweep === null) return;
    const runs = this.#runsOf(id);
    // The queue knows of a start or an end before the store does.
    const pending = runs.filter(
      (run) => pendingStates.includes(run.state) && this.#watched.queue.stateOf(run.id) !== undefined,
    );
    if (pending.length === 0) return;
    const reached = comparison.sweep.budget === null ? null : reachedLimit(comparison.sweep.budget, runs);
    if (reached !== null) {
      for (const run of pending) this.#watched.queue.stop(run.id, spentReason(reached.limit, reached.amount));
    }
    if (comparison.sweep.halving !== null) this.#halve(comparison, comparison.sweep.halving, runs, pending);
  }

  #halve(
    comparison: ComparisonRecord,
    halving: NonNullable<SweepPlan['halving']>,
    runs: readonly RunRecord[],
    pending: readonly RunRecord[],
  ): void {
    const problem = problemDescriptor(comparison.problem);
    if (problem === undefined) return;
    const metric = comparison.verdict?.metric ?? problem.selectionMetric;
    const steps = Math.max(...runs.map((run) => run.steps));
    const { rungs, contenders } = this.#values.contenders(groupsOf(runs), metric, halving, steps);
    const lost = new Map(
      losersOf(contenders, problem.direction, halving.eta).map((loser) => [loser.key, loser]),
    );
    for (const group of groupsOf(runs)) {
      const loser = lost.get(group.key);
      if (loser === undefined) continue;
      for (const run of group.runs) {
        if (!pending.includes(run)) continue;
        this.#watched.queue.stop(run.id, halvedReason(rungs[loser.rung] ?? 0, loser.rank, loser.of));
      }
    }
  }

  /** One that has not begun to wait. */
  #end({ id, step }: RunRecord, reason: string): void {
    const { store } = this.#watched;
    store.updateRun(id, { state: 'stopped', reason, endedAt: Date.now() });
    store.addEvent(id, stateEvent('stopped', reason, step));
  }

  #runsOf(id: string): readonly RunRecord[] {
    const madeAt = this.#planOf(id)?.createdAt ?? Infinity;
    return runsOfSweep(this.#watched.store.runs({ comparison: id }), madeAt);
  }

  #planOf(id: string): ComparisonRecord | null {
    const known = this.#plans.get(id);
    if (known !== undefined) return known;
    const comparison = this.#watched.store.comparison(id);
    const plan = comparison?.sweep ?? null;
    const ends = plan !== null && (plan.halving ?? plan.budget) !== null;
    const watched = comparison !== undefined && ends ? comparison : null;
    this.#plans.set(id, watched);
    return watched;
  }
}
