/** A trainer that stays for the labs: tasks come, take turns, tell how they go on, and end or are cancelled. */
import { freemem } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LabHost } from '../engine/labs/lab-host.ts';
import { isOutOfMemory } from '../engine/labs/out-of-memory.ts';
import { runLabTask } from '../engine/labs/run-lab-task.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import type { LabTask } from '../shared/labs.ts';
import type { LoadedBackend } from './backends/load.ts';
import type { Channel } from './channel.ts';
import type { Control } from './control.ts';

/** Milliseconds between two messages on one task, at least, and as a multiple of what a message takes. */
const INTERVAL_MS = 60;
const MESSAGE_COST = 20;
const MEMORY_SHARE = 0.5;

export class LabJob {
  readonly #channel: Channel;
  readonly #control: Control;
  readonly #backend: Promise<LoadedBackend>;
  readonly #cancelled = new Set<number>();
  readonly #running = new Set<number>();

  constructor(channel: Channel, control: Control, backend: Promise<LoadedBackend>) {
    this.#channel = channel;
    this.#control = control;
    this.#backend = backend;
  }

  /** Resolves when the process is to end. */
  get ended(): Promise<void> {
    return this.#backend.then(() => this.#control.untilEnding());
  }

  begin(id: number, task: LabTask): void {
    this.#running.add(id);
    void this.#run(id, task).finally(() => {
      this.#running.delete(id);
      this.#cancelled.delete(id);
    });
  }

  /** Its last message is `task-failed`, of kind `cancelled`. */
  cancel(id: number): void {
    if (this.#running.has(id)) this.#cancelled.add(id);
  }

  async #run(id: number, task: LabTask): Promise<void> {
    try {
      await this.#backend;
      const result = await runLabTask(task, this.#host(id));
      this.#channel.send({ type: 'task-done', id, result });
    } catch (error) {
      this.#channel.send({ type: 'task-failed', id, error: toWireError(error) });
      // What a trap leaves of a backend cannot be trusted: the next task has another process.
      if (error instanceof AppError && isOutOfMemory(error.cause)) {
        this.#control.end({
          how: 'stopped',
          storing: true,
          reason: 'a task beside it took all memory; ask again',
        });
      }
    }
  }

  #host(id: number): LabHost {
    let nextAt = -Infinity;
    return {
      memory: freemem() * MEMORY_SHARE,
      progress: (done, total, result) => {
        const start = performance.now();
        if (start < nextAt) return;
        this.#channel.send({ type: 'task-progress', id, progress: { done, total, result: result() } });
        // With a million logits a message takes a second on either side.
        const now = performance.now();
        nextAt = now + Math.max(INTERVAL_MS, MESSAGE_COST * (now - start));
      },
      breathe: async () => {
        await nextTurn();
        this.#control.check();
        if (this.#cancelled.has(id)) throw new AppError('cancelled', 'cancelled before it was done');
      },
    };
  }
}
