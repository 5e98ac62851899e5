/** One run in full: read once, kept current by the event stream. */
import type { RunDetails } from '../../../shared/contract/runs.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';

type LogLine = RunDetails['events'][number];

const MOST_LINES = 1000;

export class RunState {
  readonly id: string;
  #details = $state.raw<RunDetails | null>(null);
  #problem = $state('');
  #missing = $state(false);
  #log = $state.raw<readonly LogLine[]>([]);
  /** What the tables know of it: state, progress, last metrics. */
  readonly #summary = $derived.by((): RunSummary | undefined => runs.get(this.id));
  readonly #end: () => void;

  constructor(id: string) {
    this.id = id;
    this.#end = studio.subscribe((event) => this.#take(event));
    void this.read();
  }

  get details(): RunDetails | null {
    return this.#details;
  }

  get summary(): RunSummary | undefined {
    return this.#summary;
  }

  get problem(): string {
    return this.#problem;
  }

  get missing(): boolean {
    return this.#missing;
  }

  /** Newest first. */
  get log(): readonly LogLine[] {
    return this.#log;
  }

  async read(): Promise<void> {
    try {
      const details = await studio.call((client) => client.runs.get({ id: this.id }));
      this.#details = details;
      this.#log = details.events.toReversed();
      this.#problem = '';
    } catch (error) {
      this.#problem = error instanceof Error ? error.message : String(error);
    }
  }

  async rename(name: string): Promise<void> {
    const answer = await studio.call((client) => client.runs.rename({ id: this.id, name }));
    runs.merge(answer.runs);
  }

  async setNotes(notes: string): Promise<void> {
    const answer = await studio.call((client) => client.runs.setNotes({ id: this.id, notes }));
    runs.merge(answer.runs);
    if (this.#details !== null) this.#details = { ...this.#details, run: { ...this.#details.run, notes } };
  }

  async setTags(tags: readonly string[]): Promise<void> {
    const answer = await studio.call((client) => client.runs.setTags({ ids: [this.id], tags: [...tags] }));
    runs.merge(answer.runs);
  }

  dispose(): void {
    this.#end();
  }

  #take(event: StudioEvent): void {
    if (event.type === 'resync') void this.read();
    // Its environment is known once it runs, its last evaluation once it has ended.
    if (event.type === 'run' && event.run.id === this.id && event.run.state !== this.#details?.run.state) {
      void this.read();
    }
    if (event.type === 'removed' && event.runs.includes(this.id)) this.#missing = true;
    if (event.type === 'log' && event.run === this.id) {
      const { at, kind, step, message } = event;
      this.#log = [{ at, kind, step, message }, ...this.#log].slice(0, MOST_LINES);
    }
  }
}
