/** Long work of the studio, whichever page asked for it: starts of experiments and solvers. */
import type { Operation, SolveOperation, StartOperation } from '../../shared/contract/operations.ts';
import { attempt } from '../page/toasts.svelte.ts';
import { studio } from './studio.svelte.ts';

type Verb = 'cancel' | 'dismiss' | 'resume';

class Operations {
  #list = $state.raw<readonly Operation[]>([]);
  #revision = -1;

  readonly starts = $derived(
    this.#list.filter((operation): operation is StartOperation => operation.kind === 'start'),
  );
  readonly solves = $derived(
    this.#list.filter((operation): operation is SolveOperation => operation.kind === 'solve'),
  );

  start(): void {
    studio.subscribe((event) => {
      if (event.type === 'operations') this.#take(event);
      else if (event.type === 'resync') {
        this.#revision = -1;
        void this.#read();
      }
    });
    void this.#read();
  }

  ask(verb: Verb, id: string): void {
    attempt(() => studio.call((client) => client.operations[verb]({ id })));
  }

  async #read(): Promise<void> {
    try {
      this.#take(await studio.call((client) => client.operations.list()));
    } catch {
      // Without a connection the page says so, and they are read anew when the studio is back.
    }
  }

  /** A list that was asked for may come after a newer one that was told. */
  #take({
    revision,
    operations,
  }: {
    readonly revision: number;
    readonly operations: readonly Operation[];
  }): void {
    if (revision < this.#revision) return;
    this.#revision = revision;
    this.#list = operations;
  }
}

export const operations = new Operations();
