import type { Metrics, RunRecord, RunState } from '../../shared/run.ts';
import type { Progress } from '../../shared/training-session.ts';
import type { EventFeed } from './event-feed.ts';

/** What a host shows of a run while it is live. */
export interface RunUpdate {
  readonly run: RunRecord;
  readonly state: RunState;
  readonly reason: string;
  readonly progress: Progress;
  readonly last: Metrics;
}

const EVERY_MS = 250;

/** Progress of live runs, at most four times a second each; the newest replaces what was not told yet. */
export class ProgressThrottle {
  readonly #feed: EventFeed;
  readonly #pending = new Map<string, RunUpdate>();
  #timer: NodeJS.Timeout | undefined;

  constructor(feed: EventFeed) {
    this.#feed = feed;
  }

  add(update: RunUpdate): void {
    this.#pending.set(update.run.id, update);
    this.#timer ??= setTimeout(() => this.#tell(), EVERY_MS).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    const runs = [...this.#pending.values()].map(({ run, progress, last }) => ({
      id: run.id,
      ...progress,
      metrics: last,
    }));
    this.#pending.clear();
    this.#feed.publish({ type: 'progress', runs });
  }
}
