/** Pictures of runs, at a step that changes, and the steps at which runs keep them. */
import type { Picture } from '../../shared/pictures/picture.ts';
import { sentenceOf } from '../format/sentence.ts';
import { lastWish } from './last-wish.ts';
import { studio } from './studio.svelte.ts';

/** The steps at which any of some runs keeps one of its pictures: read anew whenever the studio says that they changed. */
export class KeptSteps {
  #steps = $state.raw<readonly number[]>([]);
  #problem = $state('');
  readonly #runs: readonly string[];
  readonly #name: string;
  readonly #unsubscribe: () => void;
  /** Resolves when they have been read for the first time, or could not be. */
  readonly ready: Promise<void>;

  /** @param name of the picture */
  constructor(runs: readonly string[], name: string) {
    this.#runs = runs;
    this.#name = name;
    this.#unsubscribe = studio.subscribe((event) => {
      const changed = event.type === 'pictures' && event.runs.some((id) => runs.includes(id));
      if (changed || event.type === 'resync') void this.#read();
    });
    this.ready = this.#read();
  }

  /** Ascending. */
  get steps(): readonly number[] {
    return this.#steps;
  }

  /** Why they could not be read; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  dispose(): void {
    this.#unsubscribe();
  }

  async #read(): Promise<void> {
    try {
      const answers = await Promise.all(
        this.#runs.map((id) => studio.call((client) => client.pictures.kept({ id }))),
      );
      const own = answers.flatMap(({ pictures }) => pictures.filter(({ name }) => name === this.#name));
      this.#steps = [...new Set(own.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
      this.#problem = '';
    } catch (error) {
      this.#problem = sentenceOf(error);
    }
  }
}

interface Drawn {
  readonly step: number;
  readonly picture: Picture;
  /** Drawn from the run's last parameters, not kept while it was trained. */
  readonly latest: boolean;
}

/** One picture of one run. The last one stays until the next is there; of several wishes meanwhile only the last is fulfilled. */
export class DrawnPicture {
  #drawn = $state.raw<Drawn | null>(null);
  #problem = $state('');
  /** @param step the kept picture of the newest step at or before it; null: drawn now from the run's last parameters */
  readonly draw: (step: number | null) => Promise<void>;

  constructor(run: string, name: string) {
    this.draw = lastWish(async (step) => {
      try {
        const asked = { id: run, name, ...(step === null ? {} : { step }) };
        const answer = await studio.call((client) => client.pictures.draw(asked));
        this.#drawn = { ...answer, latest: step === null };
        this.#problem = '';
      } catch (error) {
        this.#drawn = null;
        this.#problem = sentenceOf(error);
      }
    });
  }

  get drawn(): Drawn | null {
    return this.#drawn;
  }

  /** Why the last wish could not be fulfilled; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }
}
