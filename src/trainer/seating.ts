/** The seats of runs that one trainer trains together: given out once every run has read its data, or has ended before it could. */
import type { TrainingJob } from '../engine/training/session.ts';
import { Together, type Seat } from '../engine/training/together.ts';
import { SharedClock } from './shared-clock.ts';

export interface SeatAndClock {
  readonly seat: Seat;
  /** Of all that have a seat, until they leave it. */
  readonly clock: SharedClock;
}

export class Seating {
  #expected: number;
  readonly #here: { readonly job: TrainingJob; readonly sit: (given: SeatAndClock) => void }[] = [];

  /** @param expected how many runs there are: each takes a seat or declines it, once */
  constructor(expected: number) {
    this.#expected = expected;
  }

  take(job: TrainingJob): Promise<SeatAndClock> {
    return new Promise((sit) => {
      this.#here.push({ job, sit });
      this.#begin();
    });
  }

  decline(): void {
    this.#expected -= 1;
    this.#begin();
  }

  #begin(): void {
    if (this.#here.length < this.#expected) return;
    const { seats } = new Together(this.#here.map(({ job }) => job));
    const clock = new SharedClock(seats.length);
    for (const [i, { sit }] of this.#here.entries()) sit({ seat: seats[i]!, clock });
  }
}
