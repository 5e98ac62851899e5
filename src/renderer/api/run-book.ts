/**
 * What the page knows of all runs: lists that were read, events, and answers of calls, put together so that the newest word on
 * a run counts in whatever order they come in.
 *
 * - A list takes several questions; what is told meanwhile is told again after it. Without that, a run that is deleted or
 *   archived between two questions would come back with the list.
 * - Events of one run are in order (the studio tells nothing of a run after its removal). An answer that arrives after the
 *   removal is late, and brings nothing back; an event does: the run's file was opened again.
 */
import type { StudioEvent } from '../../shared/contract/events.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';

export class RunBook {
  readonly #byId = new Map<string, RunSummary>();
  readonly #removed = new Set<string>();
  #heard: StudioEvent[] | null = null;

  /** In the order in which they were made, newest first; archived ones too. */
  list(): readonly RunSummary[] {
    return [...this.#byId.values()].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
  }

  get(id: string): RunSummary | undefined {
    return this.#byId.get(id);
  }

  /** Before the first question of a list. */
  startReading(): void {
    this.#heard = [];
  }

  /** With the answers to all of them. */
  finishReading(runs: readonly RunSummary[]): void {
    const heard = this.#heard ?? [];
    this.#heard = null;
    this.#byId.clear();
    this.#removed.clear();
    for (const run of runs) this.#byId.set(run.id, run);
    for (const event of heard) this.take(event);
  }

  /** They will not come. */
  abandonReading(): void {
    this.#heard = null;
  }

  /** What a call that changed runs, or made some, has answered. */
  answer(runs: readonly RunSummary[]): void {
    for (const run of runs) if (!this.#removed.has(run.id)) this.#byId.set(run.id, run);
  }

  /** @returns whether a run changed */
  take(event: StudioEvent): boolean {
    this.#heard?.push(event);
    switch (event.type) {
      case 'run':
        this.#removed.delete(event.run.id);
        this.#byId.set(event.run.id, event.run);
        return true;
      case 'removed':
        for (const id of event.runs) {
          this.#removed.add(id);
          this.#byId.delete(id);
        }
        return true;
      case 'progress':
        for (const { id, metrics, ...progress } of event.runs) {
          const old = this.#byId.get(id);
          if (old !== undefined) {
            this.#byId.set(id, { ...old, ...progress, metrics: { ...old.metrics, ...metrics } });
          }
        }
        return true;
      case 'comparison':
        for (const run of this.#byId.values()) {
          if (run.comparison === event.comparison.id && run.comparisonName !== event.comparison.name) {
            this.#byId.set(run.id, { ...run, comparisonName: event.comparison.name });
          }
        }
        return true;
      case 'resync':
      case 'points':
      case 'pictures':
      case 'log':
      case 'import':
      case 'operations':
      case 'broken':
        return false;
    }
  }
}
