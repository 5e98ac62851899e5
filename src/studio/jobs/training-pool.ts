/**
 * Trainers for runs, each for one or for several that are trained together. One that has completed its runs, and in which nothing is left of
 * them, trains the next: starting a process and loading
 * a backend takes longer than a small run. Whatever is in doubt has a process of its own: a run that failed, was stopped, paused or
 * killed ends its trainer, and so does one on a backend with native code or on a GPU (docs/adr/0023).
 */
import type { BackendName } from '../../shared/run.ts';
import type { FromRun, FromTraining, ToRun, ToTraining, Training } from '../../shared/training-session.ts';
import type { Unnumbered } from '../../shared/jobs.ts';
import {
  startTrainingProcess,
  type StartTraining,
  type TrainerExit,
  type TrainerProcess,
} from './trainer-process.ts';

/** Nothing that a run could break lies outside JavaScript and the memory of WebAssembly. */
const REUSABLE: ReadonlySet<BackendName> = new Set(['wasm', 'cpu']);
const IDLE_MS = 15_000;
/** Within which a run leaves its process to the others, before they all end with it. */
const GOING_MS = 5000;

interface Kept {
  readonly backend: BackendName;
  readonly process: TrainerProcess<ToTraining>;
  /** Of the run that it trains; null: it waits for one. */
  listener: ((message: FromTraining) => void) | null;
  idle: NodeJS.Timeout | undefined;
}

export class TrainingPool {
  readonly #live = new Set<Kept>();

  /**
   * One process for `count` runs, which differ by their seed alone. Each of so many calls of what it returns is for one of them, and the last
   * one begins them all.
   * @returns as a process that trains this run alone: `exited` when the run is over, code 0 where its process goes on
   */
  crew(count: number): StartTraining {
    const crew = new Crew(this, count);
    return (training, onMessage) => crew.enlist(training, onMessage);
  }

  waitingFor(backend: BackendName): Kept | undefined {
    return [...this.#live].find((kept) => kept.listener === null && kept.backend === backend);
  }

  /** Ends the trainers that wait; those that train are their runs' to end. */
  async close(): Promise<void> {
    const waiting = [...this.#live].filter(({ listener }) => listener === null);
    for (const kept of waiting) this.end(kept);
    await Promise.all(waiting.map(({ process }) => process.exited));
  }

  startFresh(backend: BackendName): Kept {
    const kept: Kept = {
      backend,
      process: startTrainingProcess((message) => kept.listener?.(message)),
      listener: null,
      idle: undefined,
    };
    this.#live.add(kept);
    void kept.process.exited.then(() => {
      clearTimeout(kept.idle);
      this.#live.delete(kept);
    });
    return kept;
  }

  /** It waits for its next run, for a while. */
  keep(kept: Kept): void {
    kept.listener = null;
    kept.idle = setTimeout(() => this.end(kept), IDLE_MS).unref();
  }

  end(kept: Kept): void {
    // It is chosen no more.
    this.#live.delete(kept);
    kept.process.kill();
  }
}

/** One run of a crew. */
class Member implements TrainerProcess<ToRun> {
  readonly training: Training;
  readonly exited: Promise<TrainerExit>;
  readonly #crew: Crew;
  readonly #onMessage: (message: FromRun) => void;
  #killed = false;
  #over = false;
  #finish!: (exit: TrainerExit) => void;

  constructor(crew: Crew, training: Training, onMessage: (message: FromRun) => void) {
    this.#crew = crew;
    this.training = training;
    this.#onMessage = onMessage;
    this.exited = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  get pid(): number | undefined {
    return this.#crew.process?.pid;
  }

  get output(): string {
    return this.#crew.process?.output ?? '';
  }

  get over(): boolean {
    return this.#over;
  }

  get killed(): boolean {
    return this.#killed;
  }

  send(command: Unnumbered<ToRun>): void {
    if (!this.#over) this.#crew.tell({ ...command, runId: this.training.runId });
  }

  kill(): void {
    if (this.#over || this.#killed) return;
    this.#killed = true;
    this.#crew.kill(this);
  }

  hear(message: FromRun): void {
    if (!this.#over) this.#onMessage(message);
  }

  finish(exit: TrainerExit): void {
    this.#over = true;
    this.#finish(exit);
  }
}

/** The runs of one process, which waited or is new: one, or several that are trained together. */
class Crew {
  readonly #pool: TrainingPool;
  readonly #size: number;
  readonly #members: Member[] = [];
  /** What they were told, but for acknowledgements: the trainer may still hear of it when the runs are over. */
  readonly #told: Unnumbered<ToTraining>[] = [];
  #kept: Kept | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor(pool: TrainingPool, size: number) {
    this.#pool = pool;
    this.#size = size;
  }

  get process(): TrainerProcess<ToTraining> | undefined {
    return this.#kept?.process;
  }

  /** The last one begins the training. */
  enlist(training: Training, onMessage: (message: FromRun) => void): Member {
    const member = new Member(this, training, onMessage);
    this.#members.push(member);
    if (this.#members.length === this.#size) {
      const waiting = this.#pool.waitingFor(training.spec.backend);
      this.#begin(waiting ?? this.#pool.startFresh(training.spec.backend), waiting === undefined);
    }
    return member;
  }

  tell(command: Unnumbered<ToTraining>): void {
    if (command.type !== 'ack') this.#told.push(command);
    this.#kept?.process.send(command);
  }

  /** The process ends with the last of them; while there are others, one that is to be killed is asked to go first. */
  kill(member: Member): void {
    if (this.#living.every(({ killed }) => killed)) {
      this.#kept?.process.kill();
      return;
    }
    member.send({ type: 'stop', how: 'interrupted', reason: 'it had to be killed', storing: false });
    this.#ending ??= setTimeout(() => this.#kept?.process.kill(), GOING_MS);
  }

  get #living(): readonly Member[] {
    return this.#members.filter(({ over }) => !over);
  }

  #begin(kept: Kept, fresh: boolean): void {
    this.#kept = kept;
    clearTimeout(kept.idle);
    let begun = false;
    kept.listener = (message) => {
      if (message.type === 'free') {
        this.#free();
        return;
      }
      begun = true;
      this.#hear(message);
    };
    void kept.process.exited.then((exit) => {
      const wasKilled = this.#members.some(({ killed }) => killed);
      // It ended while it waited: that is no misfortune of these runs.
      if (this.#living.length > 0 && !fresh && !begun && !wasKilled) {
        this.#begin(this.#pool.startFresh(kept.backend), true);
        return;
      }
      this.#finish(exit);
    });
    const trainings = this.#members.map(({ training }) => training);
    kept.process.send({ type: 'train', trainings, stays: REUSABLE.has(kept.backend) });
    for (const command of this.#told) kept.process.send(command);
  }

  #hear(message: FromRun): void {
    const member = this.#members.find(({ training }) => training.runId === message.runId);
    member?.hear(message);
    // What the last one leaves is the process's to free.
    if (message.type !== 'ended' || this.#living.length === 1) return;
    member?.finish({ code: 0, signal: null, output: '' });
    if (!this.#living.some(({ killed }) => killed)) {
      clearTimeout(this.#ending);
      this.#ending = undefined;
    }
  }

  #free(): void {
    const { process } = this.#kept!;
    const { output } = process;
    const wasKilled = this.#members.some(({ killed }) => killed);
    if (this.#told.length > 0 || output !== '' || wasKilled) {
      this.#pool.end(this.#kept!);
      return;
    }
    this.#pool.keep(this.#kept!);
    this.#finish({ code: 0, signal: null, output });
  }

  #finish(exit: TrainerExit): void {
    clearTimeout(this.#ending);
    for (const member of this.#living) member.finish(exit);
  }
}
