/** Where the runs of a new comparison are trained, as the form has it. */
import type { ExecutorDefaults, ExecutorKind } from '../../../shared/executor.ts';
import type { JsonObject } from '../../../shared/config-path.ts';
import { entriesOf, noEntries, requestedChoice, type ExecutorEntries } from './executor-fields.ts';

export interface ExecutorState {
  /** Null: this machine. */
  readonly where: ExecutorKind | null;
  /** What was typed, by executor: that of one which is not chosen is kept. */
  readonly executors: Readonly<Partial<Record<ExecutorKind, ExecutorEntries>>>;
}

export class ExecutorForm {
  #where = $state<ExecutorKind | null>(null);
  #executors = $state.raw<ExecutorState['executors']>({});
  #defaults = $state.raw<ExecutorDefaults | null>(null);
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get where(): ExecutorKind | null {
    return this.#where;
  }

  set where(where: ExecutorKind | null) {
    this.#where = where;
    this.#changed();
  }

  /** What the settings say: in the fields until somebody types. */
  set defaults(defaults: ExecutorDefaults) {
    this.#defaults = defaults;
    if (this.#where !== null) this.#changed();
  }

  /** Of the executor that is chosen. */
  get entries(): ExecutorEntries {
    if (this.#where === null) return noEntries;
    return this.#executors[this.#where] ?? entriesOf(this.#defaults?.[this.#where] ?? {});
  }

  set entries(entries: ExecutorEntries) {
    if (this.#where === null) return;
    this.#executors = { ...this.#executors, [this.#where]: entries };
    this.#changed();
  }

  get state(): ExecutorState {
    return { where: this.#where, executors: this.#executors };
  }

  /** @param state of a form that an earlier version kept: without executors */
  take({ where = null, executors = {} }: Partial<ExecutorState>): void {
    this.#where = where;
    this.#executors = executors;
  }

  /** What the studio is asked for. */
  get request(): { readonly executor?: JsonObject } {
    return this.#where === null ? {} : { executor: requestedChoice(this.#where, this.entries) };
  }
}
