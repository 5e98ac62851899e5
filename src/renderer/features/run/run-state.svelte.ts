/** One run in full: read once, kept current by the event stream. */
import type { RunDetails } from '../../../shared/contract/runs.ts';
import type { StudioEvent } from '../../../shared/contract/events.ts';
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import { idSchema } from '../../../shared/contract/texts.ts';
import { AppError } from '../../../shared/errors.ts';
import { runs } from '../../api/runs.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { TypedText } from '../../ui/typed-text.svelte.ts';
import { sentenceOf } from '../../format/sentence.ts';

type LogLine = RunDetails['events'][number];

const MOST_LINES = 1000;

/** Tags as they are written, separated by commas. */
function tagsIn(text: string): readonly string[] {
  const tags = text.split(',').map((tag) => tag.trim());
  return [...new Set(tags.filter(Boolean))];
}

function sameTags(a: string, b: string): boolean {
  return tagsIn(a).toSorted().join() === tagsIn(b).toSorted().join();
}

/** What a person writes about a run. */
interface Written {
  readonly name: TypedText;
  readonly notes: TypedText;
  readonly tags: TypedText;
}

export class RunState {
  readonly id: string;
  #details = $state.raw<RunDetails | null>(null);
  #problem = $state('');
  #missing = $state(false);
  #unknown = $state(false);
  #written = $state.raw<Written | null>(null);
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

  /** No run has this id. */
  get unknown(): boolean {
    return this.#unknown;
  }

  /** Newest first. */
  get log(): readonly LogLine[] {
    return this.#log;
  }

  /** Null until the run was read. */
  get written(): Written | null {
    return this.#written;
  }

  async read(): Promise<void> {
    const { name, notes, tags } = this.#written ?? {};
    const asked = { name: name?.version ?? 0, notes: notes?.version ?? 0, tags: tags?.version ?? 0 };
    if (!idSchema.safeParse(this.id).success) {
      this.#unknown = true;
      return;
    }
    try {
      const details = await studio.call((client) => client.runs.get({ id: this.id }));
      this.#details = details;
      this.#written ??= this.#write(details.run);
      name?.take(details.run.name, asked.name);
      notes?.take(details.run.notes, asked.notes);
      tags?.take(details.run.tags.join(', '), asked.tags);
      this.#log = details.events.toReversed();
      this.#problem = '';
    } catch (error) {
      this.#unknown = error instanceof AppError && error.kind === 'not-found' && this.#details === null;
      this.#problem = sentenceOf(error);
    }
  }

  /** Every text to the studio, or to this browser's memory. */
  dispose(): void {
    this.#end();
    for (const text of Object.values(this.#written ?? {}) as TypedText[]) text.dispose();
  }

  #write(run: RunDetails['run']): Written {
    const { id } = this;
    const key = (part: string) => `gumbel-studio.unsaved.${part}.${id}`;
    return {
      name: new TypedText({
        key: key('name'),
        stored: run.name,
        same: (a, b) => a.trim() === b.trim(),
        conflicts: 'mine',
        save: async (name) => this.#took(await studio.call((client) => client.runs.rename({ id, name }))),
      }),
      notes: new TypedText({
        key: key('notes'),
        stored: run.notes,
        save: async (notes, was) => {
          try {
            this.#took(await studio.call((client) => client.runs.setNotes({ id, notes, was })));
          } catch (error) {
            if (error instanceof AppError && error.kind === 'conflict')
              window.setTimeout(() => void this.read());
            throw error;
          }
        },
      }),
      tags: new TypedText({
        key: key('tags'),
        stored: run.tags.join(', '),
        same: sameTags,
        conflicts: 'mine',
        // What somebody else added or took away meanwhile stays so.
        save: async (text, was) => {
          const [now, before] = [tagsIn(text), tagsIn(was)];
          const add = now.filter((tag) => !before.includes(tag));
          const remove = before.filter((tag) => !now.includes(tag));
          this.#took(await studio.call((client) => client.runs.changeTags({ ids: [id], add, remove })));
        },
      }),
    };
  }

  #took(answer: { readonly runs: readonly RunSummary[] }): void {
    runs.merge(answer.runs);
  }

  #take(event: StudioEvent): void {
    if (event.type === 'resync') void this.read();
    // Its environment is known once it runs, its last evaluation once it has ended; somebody may have written about it.
    if (event.type === 'run' && event.run.id === this.id) void this.read();
    if (event.type === 'removed' && event.runs.includes(this.id)) this.#missing = true;
    if (event.type === 'log' && event.run === this.id) {
      const { at, kind, step, message } = event;
      // Where its task runs is told as it is known.
      if (this.#details?.comparison.executor) void this.read();
      this.#log = [{ at, kind, step, message }, ...this.#log].slice(0, MOST_LINES);
    }
  }
}
