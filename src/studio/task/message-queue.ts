/** The way of what is said in a task into its message file: in order, and as long as it takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import type { Unnumbered } from '../../shared/jobs.ts';
import type { FromRun } from '../../shared/training-session.ts';
import type { MessageWriter } from '../executors/message-file.ts';

const RETRY_MS = 1000;
/** Messages that are written and synced at once. */
const MOST = 100;

interface Entry {
  readonly message: Unnumbered<FromRun>;
  /** Once it is on the disk. */
  readonly kept: () => void;
}

export interface QueueEvents {
  /** The file cannot be written to at the moment; told once until it can. */
  blocked(reason: string): void;
  recovered(): void;
  /** It never will: it is gone, or another process writes to it. */
  lost(error: AppError): void;
}

export class MessageQueue {
  readonly #writer: MessageWriter;
  readonly #events: QueueEvents;
  readonly #isMine: () => boolean;
  #entries: Entry[] = [];
  #writing: Promise<void> | undefined;
  #blocked = false;
  #over = false;

  /** @param isMine whether this process may still write; throws AppError where that cannot be known now */
  constructor(writer: MessageWriter, events: QueueEvents, isMine: () => boolean) {
    this.#writer = writer;
    this.#events = events;
    this.#isMine = isMine;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  push(message: Unnumbered<FromRun>, kept: () => void = () => undefined): void {
    if (this.#over) return;
    this.#entries.push({ message, kept });
    this.#writing ??= this.#write();
  }

  /** Resolves when everything is on the disk, or nothing more is tried. */
  async drained(): Promise<void> {
    await this.#writing;
  }

  /** What is left when the next attempt to write fails is dropped. */
  giveUp(): void {
    if (this.#blocked) this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#entries = [];
  }

  async #write(): Promise<void> {
    while (this.#entries.length > 0) {
      const some = this.#entries.slice(0, MOST);
      if (await this.#tryToAppend(some)) {
        this.#entries = this.#entries.slice(some.length);
        for (const { kept } of some) kept();
      } else if (!this.#over) await sleep(RETRY_MS);
    }
    this.#writing = undefined;
  }

  async #tryToAppend(entries: readonly Entry[]): Promise<boolean> {
    try {
      if (!this.#isMine())
        throw new AppError('conflict', "another process has taken over this task's folder");
      await this.#writer.append(entries.map(({ message }) => message));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      // What was removed does not come back: a file system that is only out of reach says something else.
      if (error.kind === 'conflict' || error.kind === 'not-found') {
        this.#end();
        this.#events.lost(error);
      } else if (!this.#blocked) {
        this.#blocked = true;
        this.#events.blocked(error.message);
      }
      return false;
    }
    if (this.#blocked) {
      this.#blocked = false;
      this.#events.recovered();
    }
    return true;
  }
}
