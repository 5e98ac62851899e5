/** The training time of a run: what passes from tick to tick, without what is left out between. */
import type { TrainingHost } from './training-host.ts';

interface Times {
  seconds: number;
  othersSeconds: number;
}

export class TrainingClock {
  readonly #host: Pick<TrainingHost, 'now' | 'ownNow'>;
  #at = 0;
  #ownAt = 0;

  /** Time passes from here on. */
  constructor(host: Pick<TrainingHost, 'now' | 'ownNow'>) {
    this.#host = host;
    this.leaveOut();
  }

  /** What has passed since the last call is no training: a pause, the writing of a checkpoint. */
  leaveOut(): void {
    this.#at = this.#host.now();
    this.#ownAt = this.#host.ownNow?.() ?? 0;
  }

  tick(loop: Times): void {
    const [at, ownAt] = [this.#at, this.#ownAt];
    this.leaveOut();
    const passed = (this.#at - at) / 1000;
    loop.seconds += passed;
    if (this.#host.ownNow === undefined) return;
    // Two clocks, read one after the other, may disagree by a trifle.
    loop.othersSeconds = Math.max(0, loop.othersSeconds + passed - (this.#ownAt - ownAt) / 1000);
  }
}
