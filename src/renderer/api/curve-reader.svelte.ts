/** What every feed of curves does: ask when what is shown has changed, keep the newest answer only, ask again after a while. */
import type { StudioEvent } from '../../shared/contract/events.ts';
import { studio } from './studio.svelte.ts';
import { sentenceOf } from '../format/sentence.ts';

const MOST_COLUMNS = 4096;
/** Points of all lines of a chart together after a reading: more of them make a chart of many lines slow, and no clearer. */
const MOST_POINTS = 32_000;
/** Of a column: first, last, smallest, largest. */
const POINTS_A_COLUMN = 4;

/** How many of the columns that a chart could show are asked for, so that it does not get more points than it can draw live. */
export function affordableColumns(columns: number, lines: number): number {
  const affordable = Math.floor(MOST_POINTS / (POINTS_A_COLUMN * Math.max(1, lines)));
  return Math.max(1, Math.min(MOST_COLUMNS, columns, affordable));
}

interface Source<Question, Answer> {
  ask(question: Question): Promise<Answer>;
  /** The answer to the newest question, and that question; older ones are dropped. */
  take(answer: Answer, question: Question): void;
  /** Events of the studio while something is shown. */
  hear(event: StudioEvent): void;
}

export class CurveReader<Question, Answer> {
  #problem = $state('');
  #loaded = $state(false);
  #question: Question | null = null;
  #asked = '';
  #reading = 0;
  #answered = 0;
  #timer = 0;
  readonly #source: Source<Question, Answer>;
  readonly #end: () => void;

  constructor(source: Source<Question, Answer>) {
    this.#source = source;
    this.#end = studio.subscribe((event) => {
      if (this.#question !== null) source.hear(event);
    });
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** Why the last question has no answer; empty while all is well. */
  get problem(): string {
    return this.#problem;
  }

  get question(): Question | null {
    return this.#question;
  }

  /** An answer is on its way. */
  get reading(): boolean {
    return this.#answered !== this.#reading;
  }

  /** The same question again changes nothing. */
  show(question: Question): void {
    const asked = JSON.stringify(question);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#question = question;
    void this.read();
  }

  async read(): Promise<void> {
    const question = this.#question;
    if (question === null) return;
    const reading = ++this.#reading;
    this.#cancelTimer();
    try {
      const answer = await this.#source.ask(question);
      if (reading !== this.#reading) return;
      this.#source.take(answer, question);
      this.#problem = '';
      this.#loaded = true;
    } catch (error) {
      if (reading === this.#reading) this.#problem = sentenceOf(error);
    } finally {
      if (reading === this.#reading) this.#answered = reading;
    }
  }

  /** Once, however often it is called until then. */
  readAfter(milliseconds: number): void {
    if (this.#timer !== 0) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      void this.read();
    }, milliseconds);
  }

  dispose(): void {
    this.#end();
    this.#reading++;
    this.#cancelTimer();
  }

  #cancelTimer(): void {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
  }
}
