/** The variants of a new comparison as the form has them: named ones, and those of a sweep. */
import type { Issue } from '../../../shared/errors.ts';
import type { VariantRequest } from '../../../shared/experiment.ts';
import type { JsonObject } from '../../../shared/config-path.ts';
import { plainSearch, searchOf, sweepOf, sweepProblem, type SearchRow, type SweepRow } from './sweep.ts';
import { variantIssues, variantRequests, type VariantRow } from './variants.ts';

export interface VariantState {
  readonly variants: readonly VariantRow[];
  readonly sweep: readonly SweepRow[];
  readonly search: SearchRow;
}

export class VariantRows {
  #variants = $state.raw<readonly VariantRow[]>([]);
  #sweep = $state.raw<readonly SweepRow[]>([]);
  #search = $state.raw<SearchRow>(plainSearch);
  /** Of the preset: rows that were taken away must be said to be. */
  #brought = false;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get variants(): readonly VariantRow[] {
    return this.#variants;
  }

  set variants(rows: readonly VariantRow[]) {
    this.#variants = rows;
    this.#changed();
  }

  get sweep(): readonly SweepRow[] {
    return this.#sweep;
  }

  set sweep(rows: readonly SweepRow[]) {
    this.#sweep = rows;
    this.#changed();
  }

  get search(): SearchRow {
    return this.#search;
  }

  set search(search: SearchRow) {
    this.#search = search;
    this.#changed();
  }

  get state(): VariantState {
    return { variants: this.#variants, sweep: this.#sweep, search: this.#search };
  }

  /**
   * @param state of a form that an earlier version kept: without named variants, or without a search
   * @param brought whether the preset brings variants of its own
   */
  take({ variants = [], sweep, search }: Partial<VariantState>, brought: boolean): void {
    this.#variants = variants;
    this.#sweep = sweep ?? [];
    this.#search = search ?? plainSearch;
    this.#brought = brought;
  }

  /** What the studio is asked for. */
  get request(): {
    readonly variants?: VariantRequest[];
    readonly sweep?: ReturnType<typeof sweepOf>;
    readonly search?: JsonObject;
  } {
    const search = searchOf(this.#search);
    const variants = variantRequests(this.#variants);
    const sweep = sweepOf(this.#sweep);
    return {
      ...(variants.length > 0 || this.#brought ? { variants } : {}),
      ...(sweep === undefined ? {} : { sweep }),
      // Without a sweep there is nothing to search.
      ...(sweep === undefined || search === undefined ? {} : { search }),
    };
  }

  /** What only the rows can tell. */
  get issues(): readonly Issue[] {
    const wrong = sweepProblem(this.#sweep);
    return [...variantIssues(this.#variants), ...(wrong === '' ? [] : [{ path: 'sweep', message: wrong }])];
  }
}
