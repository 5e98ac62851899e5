/** One comparison: its runs and the tables over completed runs, read again when something about a run of it changed. */
import type { StudioClient } from '../../../shared/contract/contract.ts';
import type { BudgetRequest } from '../../../shared/contract/budget.ts';
import type { VerdictRequest } from '../../../shared/contract/verdict.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import { AppError } from '../../../shared/errors.ts';
import { OneAtATime } from '../../api/one-at-a-time.ts';
import { studio } from '../../api/studio.svelte.ts';
import { TypedText } from '../../ui/typed-text.svelte.ts';
import { asInput, isPossible, type Target } from './target.ts';
import { sentenceOf } from '../../format/sentence.ts';

type Answer = Awaited<ReturnType<StudioClient['comparisons']['get']>>;

/** What the page wants to know beside the rows. */
export interface Asked {
  /** Group that others are compared with seed by seed. */
  readonly against?: string;
  /** What the verdict judges in place of what was fixed before the runs. */
  readonly verdict?: VerdictRequest;
  /** Values when that much was spent, in place of those at the ends. */
  readonly budget?: BudgetRequest;
}

/** Many runs may end at once: they cost one question. */
const WAIT_MS = 200;

export class ComparisonState {
  readonly target: Target;
  #answer = $state.raw<Answer | null>(null);
  #name = $state.raw<TypedText | null>(null);
  #problem = $state('');
  #gone = $state(false);
  #asked: Asked;
  #timer = 0;
  #disposed = false;
  readonly #reading = new OneAtATime(() => this.#read());
  readonly #end: () => void;

  constructor(target: Target, asked: Asked) {
    this.target = target;
    this.#asked = asked;
    this.#end = studio.subscribe((event) => this.#take(event));
    this.read();
  }

  /** The last good one; null before the first. */
  get answer(): Answer | null {
    return this.#answer;
  }

  /** As somebody types it; null for runs chosen one by one, and until the comparison was read. */
  get name(): TypedText | null {
    return this.#name;
  }

  /** Why the last read failed; empty if it did not. */
  get problem(): string {
    return this.#problem;
  }

  /** There is no such comparison, or none of the runs is there any more. */
  get gone(): boolean {
    return this.#gone;
  }

  ask(asked: Asked): void {
    if (JSON.stringify(asked) === JSON.stringify(this.#asked)) return;
    this.#asked = asked;
    this.read();
  }

  read(): void {
    this.#reading.ask();
  }

  async #read(): Promise<void> {
    const asked = this.#asked;
    const version = this.#name?.version ?? 0;
    if (!isPossible(this.target)) {
      this.#gone = true;
      return;
    }
    const input = { ...asInput(this.target), ...asked };
    try {
      const answer = await studio.call((client) => client.comparisons.get(input));
      if (this.#disposed || asked !== this.#asked) return;
      this.#answer = answer;
      this.#takeName(answer.comparison, version);
      this.#problem = '';
      this.#gone = false;
    } catch (error) {
      if (this.#disposed) return;
      this.#problem = sentenceOf(error);
      this.#gone = error instanceof AppError && error.kind === 'not-found';
    }
  }

  dispose(): void {
    this.#end();
    this.#disposed = true;
    this.#reading.stop();
    window.clearTimeout(this.#timer);
    this.#name?.dispose();
  }

  #takeName(comparison: Answer['comparison'], asked: number): void {
    if (comparison === null) return;
    const { id, name } = comparison;
    this.#name?.take(name, asked);
    this.#name ??= new TypedText({
      key: `gumbel-studio.unsaved.comparison-name.${id}`,
      stored: name,
      same: (a, b) => a.trim() === b.trim(),
      conflicts: 'mine',
      save: async (text) => {
        const renamed = await studio.call((client) => client.comparisons.rename({ id, name: text }));
        if (this.#answer !== null) this.#answer = { ...this.#answer, ...renamed };
      },
    });
  }

  #take(event: StudioEvent): void {
    if (this.#timer !== 0 || !this.#isMine(event)) return;
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.read();
    }, WAIT_MS);
  }

  #isMine(event: StudioEvent): boolean {
    const { target } = this;
    if (event.type === 'resync') return true;
    if (event.type === 'run') {
      return 'id' in target ? event.run.comparison === target.id : target.runs.includes(event.run.id);
    }
    if (event.type === 'comparison') return 'id' in target && event.comparison.id === target.id;
    if (event.type !== 'removed') return false;
    const mine = 'id' in target ? (this.#answer?.runs ?? []).map(({ id }) => id) : target.runs;
    return event.runs.some((id) => mine.includes(id));
  }
}
