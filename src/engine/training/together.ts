/**
 * Runs that differ by their seed alone, trained together: each goes through a training loop of its own, with a session, a host and
 * an end of its own, and meets the others at every step, which is taken for all of them at once (docs/adr/0024-seeds-as-a-batch.md).
 * Its numbers are those that it has alone, bit for bit.
 *
 * A run that is no longer in step with the others (it ended, was paused, restarted sooner, cools apart) leaves: its session takes over what
 * it had in the stack, and it goes on alone, as all do where the step cannot be taken for several at once.
 */
import type { StepResult, TrainingJob, Want, Session } from './session.ts';
import { canTrainTogether, StackedSession } from './stacked-session.ts';

/** The step that a run is to take next. */
export interface NextStep {
  readonly restart: number;
  /** Within the restart. */
  readonly step: number;
  readonly want: Want;
  readonly coolings: number;
}

type Result = StepResult | StepResult<number>;

interface Waiting {
  readonly session: Session;
  readonly next: NextStep;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/** A run's place among the others. */
export class Seat {
  readonly job: TrainingJob;
  readonly #together: Together;
  waiting: Waiting | undefined;
  #alone: boolean;
  /** Of its last step. */
  #session: Session | undefined;
  /** Where its state is, newer than in its session. */
  #stack: { readonly session: StackedSession; readonly member: number } | undefined;
  /** Steps of the stack after which its session was brought up to date: its parameters, and all of it. */
  #seen = { parameters: 0, everything: 0 };

  constructor(job: TrainingJob, together: Together, alone: boolean) {
    this.#alone = alone;
    this.job = job;
    this.#together = together;
  }

  /** Whether it takes its steps by itself, which is for good. */
  get alone(): boolean {
    return this.#alone;
  }

  /** Its number in that stack; undefined: its state is not there. */
  memberOf(stack: StackedSession | undefined): number | undefined {
    return this.#stack?.session === stack ? this.#stack?.member : undefined;
  }

  /**
   * Takes the step with all others, once they are there.
   * @param session its own, which `refresh` brings up to date
   */
  step(session: Session, next: NextStep): Promise<Result> {
    this.#session = session;
    return new Promise((resolve, reject) => {
      this.waiting = { session, next, resolve, reject };
      this.#together.meet();
    });
  }

  /** Brings its session to where the run is: all but the optimiser's state, or everything. */
  async refresh(what: 'parameters' | 'everything'): Promise<void> {
    if (this.#stack === undefined) return;
    const { session, member } = this.#stack;
    const { steps } = session;
    if (Math.max(this.#seen.everything, what === 'parameters' ? this.#seen.parameters : 0) === steps) return;
    const tensors = await session.ofMember(member);
    if (what === 'parameters') this.#session!.restoreParameters(tensors);
    else await this.#session!.restore(tensors);
    this.#seen[what] = steps;
  }

  /** From now on it goes alone, with its state in its session. Not while it waits for a step. */
  async leave(how: 'with its state' | 'without its state' = 'with its state'): Promise<void> {
    if (how === 'with its state') await this.refresh('everything');
    this.#goAlone();
    this.#together.meet();
  }

  /** Its state is in the stack from now on, or (absent) in its session alone. */
  sit(stack?: { readonly session: StackedSession; readonly member: number }): void {
    this.#stack = stack;
    this.#seen = { parameters: 0, everything: 0 };
  }

  /** Takes the step that it waits for by itself, and all later ones. */
  async stepAlone({ session, next, resolve, reject }: Waiting): Promise<void> {
    try {
      await this.refresh('everything');
      this.#goAlone();
      resolve(session.step(next.step, next.want, next.coolings));
    } catch (error) {
      this.#goAlone();
      reject(error);
    }
  }

  #goAlone(): void {
    this.#alone = true;
    this.#stack = undefined;
    this.waiting = undefined;
  }
}

export class Together {
  readonly seats: readonly Seat[];
  #stacked: StackedSession | undefined;
  #meeting = false;

  /** @param jobs of runs that differ by their seed alone; where they cannot be trained together, each goes alone */
  constructor(jobs: readonly TrainingJob[]) {
    const alone = jobs.length < 2 || !jobs.every((job) => canTrainTogether(job));
    this.seats = jobs.map((job) => new Seat(job, this, alone));
  }

  /** Takes the next step once everyone who is not alone waits for it. */
  meet(): void {
    const here = this.seats.filter(({ alone }) => !alone);
    if (here.length === 0) this.#end();
    if (this.#meeting || here.length === 0 || here.some(({ waiting }) => waiting === undefined)) return;
    this.#meeting = true;
    void this.#step(here).finally(() => {
      this.#meeting = false;
      // Those that left may have been the last that the others waited for.
      this.meet();
    });
  }

  async #step(here: readonly Seat[]): Promise<void> {
    const staying = largestGroup(here);
    for (const seat of here) if (!staying.includes(seat)) await seat.stepAlone(seat.waiting!);
    if (staying.length === 0) return;
    const waiting = staying.map((seat) => seat.waiting!);
    const result = await this.#take(staying, waiting, waiting[0]!.next);
    for (const [i, seat] of staying.entries()) {
      if (result === undefined) continue;
      seat.waiting = undefined;
      if (result instanceof Error) waiting[i]!.reject(result);
      else waiting[i]!.resolve(result[seat.memberOf(this.#stacked)!]!);
    }
  }

  /** @returns of every member; an error that all have; undefined: they went on alone */
  async #take(
    staying: readonly Seat[],
    waiting: readonly Waiting[],
    next: NextStep,
  ): Promise<readonly StepResult<number>[] | Error | undefined> {
    try {
      await this.#gather(staying, waiting, next.restart);
      return this.#stacked!.step(next.step, next.want, next.coolings);
    } catch (error) {
      if (this.#stacked === undefined || this.#stacked.steps === 0) {
        // What cannot be done for several at once is found out at the first step, before which every session has its own state.
        this.#end();
        for (const [i, seat] of staying.entries()) {
          seat.sit();
          await seat.stepAlone(waiting[i]!);
        }
        return undefined;
      }
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Puts the runs into a stack, where they are not in one, or in one most of whose members have left. */
  async #gather(staying: readonly Seat[], waiting: readonly Waiting[], restart: number): Promise<void> {
    const old = this.#stacked;
    const sit = staying.filter((seat) => old !== undefined && seat.memberOf(old) !== undefined);
    if (sit.length === staying.length && 2 * sit.length > old!.members) return;
    for (const seat of sit) await seat.refresh('everything');
    this.#end();
    const jobs = staying.map(({ job }) => job);
    const sessions = waiting.map(({ session }) => session);
    this.#stacked = await StackedSession.of(jobs, restart, sessions);
    for (const [member, seat] of staying.entries()) seat.sit({ session: this.#stacked, member });
  }

  #end(): void {
    this.#stacked?.dispose();
    this.#stacked = undefined;
  }
}

/** The most seats that wait for the same step; none, where each waits for another. */
function largestGroup(here: readonly Seat[]): readonly Seat[] {
  const groups = Map.groupBy(here, ({ waiting }) => Object.values(waiting!.next).join());
  const largest = [...groups.values()].reduce((most, group) => (group.length > most.length ? group : most));
  return largest.length > 1 ? largest : [];
}
