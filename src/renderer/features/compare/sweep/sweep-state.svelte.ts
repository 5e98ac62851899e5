/** What a sweep found, read again when its comparison was. */
import type { SweepResult } from '../../../../shared/contract/sweep.ts';
import { OneAtATime } from '../../../api/one-at-a-time.ts';
import { studio } from '../../../api/studio.svelte.ts';
import { sentenceOf } from '../../../format/sentence.ts';

export class SweepState {
  readonly #id: string;
  #result = $state.raw<SweepResult | null>(null);
  #problem = $state('');
  readonly #reading = new OneAtATime(() => this.#read());

  constructor(id: string) {
    this.#id = id;
  }

  /** The last good one; null before the first. */
  get result(): SweepResult | null {
    return this.#result;
  }

  /** Why the last read failed; empty if it did not. */
  get problem(): string {
    return this.#problem;
  }

  read(): void {
    this.#reading.ask();
  }

  dispose(): void {
    this.#reading.stop();
  }

  async #read(): Promise<void> {
    try {
      const { sweep } = await studio.call((client) => client.comparisons.sweep({ id: this.#id }));
      this.#result = sweep;
      this.#problem = '';
    } catch (error) {
      this.#problem = sentenceOf(error);
    }
  }
}
