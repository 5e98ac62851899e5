/** What the studio (or its absence) wants of this process: run, pause, or end. */
import { AppError } from '../shared/errors.ts';

export interface Ending {
  readonly how: 'stopped' | 'interrupted';
  readonly reason: string;
  /** Whether the studio still stores points, and acknowledges them. */
  readonly storing: boolean;
}

export class Control {
  #paused: string | undefined;
  #ending: Ending | undefined;
  #wake: (() => void) | undefined;
  /** True once after each pause request: a paused run is always resumable from where it stands. */
  #checkpointWanted = false;

  get ending(): Ending | undefined {
    return this.#ending;
  }

  pause(reason: string): void {
    this.#paused = reason;
    this.#checkpointWanted = true;
  }

  resume(): void {
    this.#paused = undefined;
    this.#wake?.();
  }

  end(ending: Ending): void {
    this.#ending ??= ending;
    this.#wake?.();
  }

  /** A checkpoint comes first: the training loop makes it between two steps, and pauses at its next breath. */
  get checkpointWanted(): boolean {
    return this.#checkpointWanted;
  }

  takeCheckpointWish(): boolean {
    const wanted = this.#checkpointWanted;
    this.#checkpointWanted = false;
    return wanted;
  }

  /** Why the run is to pause now, if it is. */
  get pauseReason(): string | undefined {
    return this.#ending === undefined ? this.#paused : undefined;
  }

  /** Resolves when the pause ends, or the process is to end. */
  async whilePaused(): Promise<void> {
    while (this.pauseReason !== undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Waits, unless the process is to end. */
  async sleep(ms: number): Promise<void> {
    if (this.#ending !== undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** @throws AppError cancelled when the process is to end */
  check(): void {
    if (this.#ending !== undefined) throw new AppError('cancelled', this.#ending.reason);
  }
}
