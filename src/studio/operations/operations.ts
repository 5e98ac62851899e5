/** Long work of the studio beside runs: starts of experiments, and solvers. It knows no page. */
import type { SolveRequest } from '../../shared/contract/capabilities.ts';
import type { Operation, SolveOperation, StartOperation } from '../../shared/contract/operations.ts';
import type { StartEvent } from '../../shared/contract/experiments.ts';
import { AppError, toWireError } from '../../shared/errors.ts';
import type { ExperimentRequest } from '../../shared/experiment.ts';
import type { JobResult, PreparationStage } from '../../shared/jobs.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { checkSettings, currentProblem, listSolvers } from '../catalog.ts';
import type { AskOptions } from '../jobs/ask.ts';
import type { EventFeed } from '../live/event-feed.ts';
import { summarise } from '../live/run-summary.ts';
import { newComparisonId } from '../store/ids.ts';
import type { Store } from '../store/types.ts';
import { OperationBoard } from './board.ts';
import { readPlans, removePlan, writePlan, type PlannedStart, type StartPlan } from './start-plan.ts';

export interface Started {
  readonly comparison: ComparisonRecord;
  readonly runs: readonly RunRecord[];
}

/** What the studio does for operations. */
export interface OperationHost {
  readonly dataDir: string;
  readonly store: Store;
  readonly feed: EventFeed;
  /** Checks a comparison without starting anything, and says what it is called and what it is in full. */
  check(request: ExperimentRequest): Pick<PlannedStart, 'request' | 'sweep'> & { readonly title: string };
  /** Prepares one comparison and queues its runs. */
  begin(
    item: PlannedStart,
    signal: AbortSignal,
    onStage: (stage: PreparationStage) => void,
  ): Promise<Started>;
  solve(request: SolveRequest, options: AskOptions<'solve'>): Promise<JobResult<'solve'>>;
}

export interface StartUnderWay {
  readonly id: string;
  /** What it made; rejects with the first failure if that is nothing, and with `cancelled`. */
  readonly ended: Promise<readonly Started[]>;
}

type Listener = (event: Exclude<StartEvent, { type: 'accepted' }>) => void;

/** Why an operation was aborted: the studio ends, and what it has planned stays. */
const SUSPENDED = new AppError('cancelled', 'the studio ended before everything was started');
const CANCELLED = new AppError('cancelled', 'cancelled before everything was started');

export class Operations {
  readonly #host: OperationHost;
  readonly #board: OperationBoard;
  readonly #plans = new Map<string, StartPlan>();
  readonly #aborts = new Map<string, AbortController>();
  readonly #working = new Set<Promise<unknown>>();

  constructor(host: OperationHost) {
    this.#host = host;
    this.#board = new OperationBoard(host.feed);
    for (const plan of readPlans(host.dataDir)) {
      this.#plans.set(plan.id, plan);
      this.#show(plan, 'interrupted');
    }
  }

  get list(): { readonly revision: number; readonly operations: Operation[] } {
    return this.#board.list;
  }

  /**
   * Takes a request with all its variants: when this returns they are checked and written down.
   * @throws AppError if one of them is not as it should be; nothing is started then
   */
  start(request: ExperimentRequest, listen: Listener = () => undefined): StartUnderWay {
    const id = newComparisonId();
    const checked = this.#host.check(request);
    const title = request.name ?? checked.title;
    const { request: complete, sweep } = checked;
    const item = { label: '', comparison: newComparisonId(), request: { ...complete, name: title }, sweep };
    const plan: StartPlan = { id, title, startedAt: Date.now(), items: [item], next: 0, failures: [] };
    writePlan(this.#host.dataDir, plan);
    this.#plans.set(id, plan);
    return { id, ended: this.#run(plan, listen) };
  }

  /** Goes on with a start that was interrupted. */
  resume(id: string, listen: Listener = () => undefined): StartUnderWay {
    const plan = this.#plans.get(id);
    if (plan === undefined || this.#aborts.has(id)) {
      throw new AppError('conflict', `the operation ${id} is not an interrupted start; nothing was changed`);
    }
    return { id, ended: this.#run(plan, listen) };
  }

  /** @throws AppError not-found if there is no such comparison or solver, validation for settings that it does not take */
  solve(request: SolveRequest): string {
    const { comparison, solver, settings } = request;
    const record = comparison === null ? undefined : this.#host.store.comparison(comparison);
    if (comparison !== null && record === undefined) {
      throw new AppError('not-found', `there is no comparison ${comparison}`);
    }
    const asked = record?.problem ?? request.problem;
    const problem = asked === undefined ? undefined : currentProblem(asked);
    if (problem !== undefined) checkSettings(problem, solver, settings);
    const known = listSolvers().find((one) => one.problem === problem && one.name === solver);
    const id = newComparisonId();
    let operation: SolveOperation = {
      id,
      kind: 'solve',
      state: 'running',
      startedAt: Date.now(),
      endedAt: null,
      problem: '',
      comparison,
      comparisonName: record?.name ?? '',
      solver,
      label: known?.label ?? solver,
      settings,
      timeLimit: typeof settings['timeLimit'] === 'number' ? settings['timeLimit'] : null,
      progress: null,
      solution: null,
      picture: null,
    };
    const abort = this.#begin(id);
    const change = (changed: Partial<SolveOperation>, soon = false) => {
      operation = { ...operation, ...changed };
      this.#board.set(operation, soon);
    };
    change({});
    const work = this.#host
      .solve(request, { signal: abort.signal, onProgress: (progress) => change({ progress }, true) })
      .then(
        ({ solution, picture }) => {
          if (comparison === null) change({ state: 'done', endedAt: Date.now(), solution, picture });
          else this.#board.remove(id);
        },
        (error: unknown) => {
          const state = abort.signal.aborted ? 'cancelled' : 'failed';
          change({ state, problem: toWireError(error).message, endedAt: Date.now() });
        },
      );
    this.#track(id, work);
    return id;
  }

  cancel(id: string): void {
    const operation = this.#board.get(id);
    const abort = this.#aborts.get(id);
    if (abort !== undefined) abort.abort(CANCELLED);
    else if (operation.state === 'interrupted') this.#forget(id);
  }

  dismiss(id: string): void {
    const { endedAt, state } = this.#board.get(id);
    if (endedAt === null || state === 'running') {
      throw new AppError('conflict', `the operation ${id} has not ended; cancel it first`);
    }
    this.#board.remove(id);
  }

  /** Ends everything; starts can be resumed by the next studio. */
  async close(): Promise<void> {
    for (const abort of this.#aborts.values()) abort.abort(SUSPENDED);
    await Promise.all(this.#working);
    this.#board.close();
  }

  #begin(id: string): AbortController {
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    return abort;
  }

  /** @param work never rejects */
  #track(id: string, work: Promise<unknown>): void {
    const ended = work.then(() => {
      this.#aborts.delete(id);
      this.#working.delete(ended);
    });
    this.#working.add(ended);
  }

  #run(plan: StartPlan, listen: Listener): Promise<readonly Started[]> {
    const { signal } = this.#begin(plan.id);
    this.#show(plan, 'running');
    const work = this.#make(plan, signal, listen);
    this.#track(
      plan.id,
      work.then(
        () => undefined,
        () => undefined,
      ),
    );
    return work;
  }

  async #make(plan: StartPlan, signal: AbortSignal, listen: Listener): Promise<readonly Started[]> {
    const { store, dataDir } = this.#host;
    const made: Started[] = [];
    let failure: AppError | undefined;
    // Whoever asked has the operation's id before its first event.
    await Promise.resolve();
    try {
      while (plan.next < plan.items.length) {
        const item = plan.items[plan.next]!;
        // Made just before the studio ended.
        if (store.comparison(item.comparison) === undefined) {
          try {
            const started = await this.#makeOne(plan, item, signal, listen);
            made.push(started);
          } catch (error) {
            if (signal.aborted) throw signal.reason;
            const { kind, message } = toWireError(error);
            if (kind === 'disk-full') throw error;
            failure ??= error instanceof AppError ? error : new AppError(kind, message, { cause: error });
            plan.failures.push({ label: item.label, message });
          }
        }
        plan.next += 1;
        writePlan(dataDir, plan);
        this.#show(plan, 'running');
      }
    } catch (error) {
      if (error === SUSPENDED) throw error;
      if (error === CANCELLED) this.#forget(plan.id);
      else this.#show(plan, 'failed', toWireError(error).message);
      throw error;
    }
    this.#plans.delete(plan.id);
    removePlan(dataDir, plan.id);
    if (plan.failures.length === 0) this.#board.remove(plan.id);
    else this.#show(plan, 'failed', failureSentence(plan));
    if (made.length === 0 && failure !== undefined) throw failure;
    return made;
  }

  async #makeOne(
    plan: StartPlan,
    item: PlannedStart,
    signal: AbortSignal,
    listen: Listener,
  ): Promise<Started> {
    signal.throwIfAborted();
    let stages: readonly PreparationStage[] = [];
    const started = await this.#host.begin(item, signal, (stage) => {
      const known = stages.some((one) => one.stage === stage.stage);
      stages = known ? stages.map((one) => (one.stage === stage.stage ? stage : one)) : [...stages, stage];
      this.#show(plan, 'running', '', stages);
      listen({ type: 'preparing', ...stage });
    });
    const { comparison, runs } = started;
    listen({ type: 'started', comparison, runs: runs.map((run) => summarise(run, comparison)) });
    return started;
  }

  #forget(id: string): void {
    this.#plans.delete(id);
    removePlan(this.#host.dataDir, id);
    this.#board.remove(id);
  }

  #show(
    plan: StartPlan,
    state: StartOperation['state'],
    problem = '',
    stages: readonly PreparationStage[] = [],
  ): void {
    const { id, title, startedAt, items, next } = plan;
    this.#board.set(
      {
        id,
        kind: 'start',
        state,
        startedAt,
        endedAt: state === 'failed' ? Date.now() : null,
        problem,
        title,
        done: next,
        total: items.length,
        comparisons: items
          .slice(0, next)
          .map(({ comparison }) => comparison)
          .filter((comparison) => this.#host.store.comparison(comparison) !== undefined),
        stages: [...stages],
      },
      stages.length > 0,
    );
  }
}

function failureSentence({ items, failures }: StartPlan): string {
  const [first] = failures;
  if (first === undefined) return '';
  if (items.length === 1) return first.message;
  return `${failures.length} of ${items.length} comparisons did not start; ${first.label}: ${first.message}`;
}
