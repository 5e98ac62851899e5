/**
 * Trainers for runs. One that has completed a run, and in which nothing is left of it, trains the next: starting a process and loading
 * a backend takes longer than a small run. Whatever is in doubt has a process of its own: a run that failed, was stopped, paused or
 * killed ends its trainer, and so does one on a backend with native code or on a GPU (docs/adr/0023).
 */
import type { BackendName } from '../../shared/run.ts';
import type { FromRun, FromTraining, ToTraining, Training } from '../../shared/training-session.ts';
import type { Unnumbered } from '../../shared/jobs.ts';
import { startTrainingProcess, type TrainerExit, type TrainerProcess } from './trainer-process.ts';

/** Nothing that a run could break lies outside JavaScript and the memory of WebAssembly. */
const REUSABLE: ReadonlySet<BackendName> = new Set(['wasm', 'cpu']);
const IDLE_MS = 15_000;

interface Kept {
  readonly backend: BackendName;
  readonly process: TrainerProcess<ToTraining>;
  /** Of the run that it trains; null: it waits for one. */
  listener: ((message: FromTraining) => void) | null;
  idle: NodeJS.Timeout | undefined;
}

export class TrainingPool {
  readonly #live = new Set<Kept>();

  /** As a process that trains this run alone: `exited` when the run is over, code 0 where its process goes on. */
  start(training: Training, onMessage: (message: FromRun) => void): TrainerProcess<ToTraining> {
    const { backend } = training.spec;
    const waiting = [...this.#live].find((kept) => kept.listener === null && kept.backend === backend);
    return new PooledTraining(this, training, onMessage, waiting);
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

/** One run, in a process that waited or in a new one. */
class PooledTraining implements TrainerProcess<ToTraining> {
  readonly exited: Promise<TrainerExit>;
  readonly #pool: TrainingPool;
  readonly #training: Training;
  readonly #onMessage: (message: FromRun) => void;
  /** What it was told, but for acknowledgements: its trainer may still hear of it when the run is over. */
  readonly #told: Unnumbered<ToTraining>[] = [];
  #kept: Kept;
  #killed = false;
  #over = false;
  #finish!: (exit: TrainerExit) => void;

  constructor(
    pool: TrainingPool,
    training: Training,
    onMessage: (message: FromRun) => void,
    waiting: Kept | undefined,
  ) {
    this.#pool = pool;
    this.#training = training;
    this.#onMessage = onMessage;
    this.exited = new Promise((resolve) => {
      this.#finish = (exit) => {
        this.#over = true;
        resolve(exit);
      };
    });
    this.#kept = waiting ?? pool.startFresh(training.spec.backend);
    this.#begin(waiting === undefined);
  }

  get pid(): number | undefined {
    return this.#kept.process.pid;
  }

  get output(): string {
    return this.#kept.process.output;
  }

  send(command: Unnumbered<ToTraining>): void {
    if (this.#over) return;
    if (command.type !== 'ack') this.#told.push(command);
    this.#kept.process.send(command);
  }

  kill(): void {
    this.#killed = true;
    if (!this.#over) this.#kept.process.kill();
  }

  #begin(fresh: boolean): void {
    const kept = this.#kept;
    clearTimeout(kept.idle);
    let begun = false;
    kept.listener = (message) => {
      if (message.type === 'free') {
        this.#free();
        return;
      }
      begun = true;
      this.#onMessage(message);
    };
    void kept.process.exited.then((exit) => {
      if (this.#over) return;
      // It ended while it waited: that is no misfortune of this run.
      if (!fresh && !begun && !this.#killed) this.#again();
      else this.#finish(exit);
    });
    const stays = REUSABLE.has(kept.backend);
    kept.process.send({ type: 'train', training: this.#training, stays });
  }

  #again(): void {
    this.#kept = this.#pool.startFresh(this.#training.spec.backend);
    this.#begin(true);
    for (const command of this.#told) this.#kept.process.send(command);
  }

  #free(): void {
    const kept = this.#kept;
    const { output } = kept.process;
    if (this.#told.length > 0 || output !== '' || this.#killed) {
      this.#pool.end(kept);
      return;
    }
    this.#pool.keep(kept);
    this.#finish({ code: 0, signal: null, output });
  }
}
