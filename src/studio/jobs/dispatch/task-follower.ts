/**
 * A task as a trainer process whose messages come from a file (docs/adr/0026). What it is told goes into its control file; it is over when
 * whoever follows it says so.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { Unnumbered } from '../../../shared/jobs.ts';
import { taskFiles, type TaskControl } from '../../../shared/task.ts';
import type { FromRun, ToRun } from '../../../shared/training-session.ts';
import { MessageReader } from '../../executors/message-file.ts';
import { writeControl } from '../../executors/task-folder.ts';
import type { TrainerExit, TrainerProcess } from '../trainer-process.ts';
import type { Ended } from './witnesses.ts';

/** What a look at the file has come to. */
interface Sight {
  /** There were messages. */
  readonly grew: boolean;
  /** Why there may be more than was seen; empty: there is not. */
  readonly trouble: string;
}

interface Followed {
  /** Of the task. */
  readonly folder: string;
  readonly run: string;
  /** In its messages, where an earlier studio stood. */
  readonly offset: number;
}

export interface FollowerHost {
  /** Has its engine end it. */
  cancel(how: 'stop' | 'kill', reason: string): void;
  /** Whether the log of its run has this already, from a studio before this one. */
  isLogged(message: FromRun): boolean;
}

export class TaskFollower implements TrainerProcess<ToRun> {
  readonly pid = undefined;
  readonly output = '';
  readonly exited: Promise<TrainerExit>;
  readonly #folder: string;
  readonly #file: string;
  readonly #reader: MessageReader;
  readonly #host: FollowerHost;
  /** Undefined: nobody hears it yet, and nothing is read. */
  #onMessage: ((message: FromRun) => void) | undefined;
  #finish!: (exit: TrainerExit) => void;
  #seen = '';
  #trouble = '';
  #damage = '';
  #said: Ended | undefined;
  /** Until everything that an earlier studio may have heard is read. */
  #catchingUp = true;
  #looking: Promise<Sight> | undefined;
  /** Of points that were handed on and are not stored yet, the last. */
  #pendingSeq = 0;
  #stored: (() => void) | undefined;
  #storedOffset: number;
  #closed = false;

  constructor({ folder, run, offset }: Followed, host: FollowerHost) {
    this.#folder = folder;
    this.#file = join(folder, taskFiles.messages);
    this.#reader = new MessageReader(this.#file, offset, run);
    this.#storedOffset = offset;
    this.#host = host;
    this.exited = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** What its messages end with; undefined: they have no end, or go on after one. */
  get said(): Ended | undefined {
    return this.#said;
  }

  /** What of its messages cannot be believed, nor what comes after it; empty: there is nothing. */
  get damage(): string {
    return this.#damage;
  }

  /** Bytes of its messages that are stored, with all that they say. */
  get storedOffset(): number {
    return this.#storedOffset;
  }

  /** A message was read, by this studio or one before it. */
  get heard(): boolean {
    return this.#reader.offset > 0;
  }

  async hasMessages(): Promise<boolean> {
    return !['', '0'].includes((await marksOf(this.#file)).split(' ')[0] ?? '');
  }

  /** As a trainer is started: from now on its messages are told. */
  start(onMessage: (message: FromRun) => void): this {
    this.#onMessage = onMessage;
    return this;
  }

  /**
   * Reads what is new, piece by piece, each when the one before is stored.
   * @param anew also if the file looks as it did
   */
  look(anew = false): Promise<Sight> {
    this.#looking ??= this.#read(anew).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #read(anew: boolean): Promise<Sight> {
    const before = this.#seen;
    const now = await marksOf(this.#file);
    if (this.#closed || this.#onMessage === undefined || (now === before && !anew))
      return { grew: false, trouble: this.#trouble };
    let grew = false;
    for (;;) {
      let reading;
      const { offset } = this.#reader;
      try {
        reading = await this.#reader.read();
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        this.#trouble = this.#damage = error.message;
        break;
      }
      if (this.#isClosed()) return { grew, trouble: '' };
      const { messages, state, reason } = reading;
      this.#damage = '';
      grew ||= messages.length > 0;
      for (const message of messages) this.#hear(message);
      await this.#allStored();
      if (this.#isClosed()) return { grew, trouble: '' };
      // Whoever goes on from there hears of an end once more.
      this.#storedOffset =
        this.#said === undefined ? this.#reader.offset : Math.min(offset, this.#storedOffset);
      this.#trouble = reason;
      if (state === 'more' || (state === 'replaced' && messages.length === 0)) continue;
      break;
    }
    if (this.#trouble === '') this.#catchingUp = false;
    this.#seen = now;
    return { grew, trouble: this.#trouble };
  }

  /** As it is now: what was waited for may have changed it. */
  #isClosed(): boolean {
    return this.#closed;
  }

  #hear(message: FromRun): void {
    this.#said = message.type === 'ended' ? message : undefined;
    // It may be started again, and go on: whoever follows it knows.
    if (message.type === 'ended' && message.state === 'interrupted') return;
    if (this.#catchingUp && this.#host.isLogged(message)) return;
    if (message.type === 'metrics') this.#pendingSeq = message.seq;
    this.#onMessage?.(message);
  }

  #allStored(): Promise<void> {
    if (this.#pendingSeq === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#stored = resolve;
    });
  }

  send(command: Unnumbered<ToRun>): void {
    switch (command.type) {
      case 'ack':
        if (command.metricsSeq === this.#pendingSeq) this.#settle();
        break;
      case 'stop':
        this.ask({ ask: 'stop', reason: command.reason });
        this.#host.cancel('stop', command.reason);
        break;
      case 'pause':
        this.ask({ ask: 'pause', reason: command.reason });
        break;
      case 'resume':
        this.ask({ ask: 'resume', reason: '' });
        break;
    }
  }

  /** Without effect where its folder is gone, or out of reach: then its engine is asked alone. */
  ask(control: TaskControl): void {
    try {
      writeControl(this.#folder, control);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  kill(): void {
    this.#settle();
    this.#host.cancel('kill', 'ended at once');
  }

  /** It is over. */
  end(verdict: NonNullable<TrainerExit['verdict']>): void {
    this.close();
    if (this.#said?.state === 'interrupted') this.#onMessage?.(this.#said);
    this.#finish({ code: null, signal: null, output: '', verdict });
  }

  /** Nothing is read any more. */
  close(): void {
    this.#closed = true;
    this.#settle();
  }

  #settle(): void {
    this.#pendingSeq = 0;
    this.#stored?.();
    this.#stored = undefined;
  }
}

/** By which a file that nobody has written to is known again; empty: it cannot be looked at. */
async function marksOf(path: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return '';
  }
}
