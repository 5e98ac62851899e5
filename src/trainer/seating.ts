/** The seats of runs that one trainer trains together: given out once every run has read its data, or has ended before it could. */
import type { TrainingJob } from '../engine/training/session.ts';
import { Together, type Seat } from '../engine/training/together.ts';

export class Seating {
  #expected: number;
  readonly #here: { readonly job: TrainingJob; readonly sit: (seat: Seat) => void }[] = [];

  /** @param expected how many runs there are: each takes a seat or declines it, once */
  constructor(expected: number) {
    this.#expected = expected;
  }

  take(job: TrainingJob): Promise<Seat> {
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
    for (const [i, { sit }] of this.#here.entries()) sit(seats[i]!);
  }
}
