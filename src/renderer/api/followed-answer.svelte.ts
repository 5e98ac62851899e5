/** The answer to a question that is asked anew while a person moves something: the last one stays until the next is there. */
import { pictureSchema, type Picture } from '../../shared/pictures/picture.ts';
import { sentenceOf } from '../format/sentence.ts';
import { lastWish } from './last-wish.ts';
import { ask } from './questions.ts';

export class FollowedAnswer {
  #picture = $state.raw<Picture | null>(null);
  #problem = $state('');
  #waiting = $state(false);
  readonly #end = new AbortController();
  /** Asks with this input; of several inputs meanwhile only with the last. */
  readonly ask: (input: Readonly<Record<string, unknown>>) => Promise<void>;

  /** @param question whose answer is a picture */
  constructor(run: string, question: string) {
    const { signal } = this.#end;
    this.ask = lastWish(async (input) => {
      if (signal.aborted) return;
      this.#waiting = true;
      try {
        this.#picture = await ask(run, question, input, pictureSchema, signal);
        this.#problem = '';
      } catch (error) {
        this.#picture = null;
        this.#problem = sentenceOf(error);
      }
      this.#waiting = false;
    });
  }

  get picture(): Picture | null {
    return this.#picture;
  }

  /** Why the last question was not answered; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  get waiting(): boolean {
    return this.#waiting;
  }

  /** Nothing is asked any more, and what is under way is cancelled. */
  dispose(): void {
    this.#end.abort();
  }
}
