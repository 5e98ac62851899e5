/** The active row of a table, and what keys and clicks do from there: move, select one by one or a range, open. */
import type { RunSummary } from '../../../shared/contract/run-summary.ts';
import type { TableRow } from './run-rows.ts';

interface Table {
  rows(): readonly TableRow[];
  /** Ids of the runs that are selected. */
  selection(): ReadonlySet<string>;
  select(ids: ReadonlySet<string>): void;
  /** Brings a row into view. */
  reveal(index: number): void;
  open(row: TableRow): void;
  /** Where a key leads from the active row; undefined: it is no key that moves. */
  movedTo(key: string, active: number): number | undefined;
}

export class RowCursor {
  #key = $state('');
  /** Where a range begins. */
  #anchor = 0;
  readonly #table: Table;
  readonly #index = $derived.by(() => this.#table.rows().findIndex(({ key }) => key === this.#key));

  constructor(table: Table) {
    this.#table = table;
  }

  /** -1: no row is active. */
  get index(): number {
    return this.#index;
  }

  isActive({ key }: TableRow): boolean {
    return key === this.#key;
  }

  isSelected(row: TableRow): boolean {
    const selection = this.#table.selection();
    return runsOf(row).every((run) => selection.has(run.id));
  }

  pressKey(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget) return;
    const rows = this.#table.rows();
    const active = this.#index;
    const row = rows[active];
    const target = this.#table.movedTo(event.key, active);
    if (target !== undefined) {
      this.#activate(target);
      if (event.shiftKey) this.#selectRange(this.#anchor, target);
      else this.#anchor = target;
    } else if (event.key === 'Enter' && row !== undefined) this.#table.open(row);
    else if (event.key === ' ' && row !== undefined) this.#toggle(row);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) this.#selectRange(0, rows.length - 1);
    else if (event.key === 'Escape') this.#table.select(new Set());
    else return;
    event.preventDefault();
  }

  click(event: MouseEvent, row: TableRow, index: number): void {
    if (event.target instanceof HTMLElement && event.target.closest('a') !== null) return;
    this.#key = row.key;
    if (event.shiftKey) this.#selectRange(this.#anchor, index);
    else this.#toggle(row);
    this.#anchor = index;
  }

  #activate(index: number): void {
    const row = this.#table.rows()[index];
    if (row === undefined) return;
    this.#key = row.key;
    this.#table.reveal(index);
  }

  #toggle(row: TableRow): void {
    const ids = new Set(this.#table.selection());
    const select = !this.isSelected(row);
    for (const run of runsOf(row)) {
      if (select) ids.add(run.id);
      else ids.delete(run.id);
    }
    this.#table.select(ids);
  }

  #selectRange(from: number, to: number): void {
    const range = this.#table.rows().slice(Math.min(from, to), Math.max(from, to) + 1);
    const added = range.flatMap((row) => runsOf(row).map((run) => run.id));
    this.#table.select(new Set([...this.#table.selection(), ...added]));
  }
}

function runsOf(row: TableRow): readonly RunSummary[] {
  return row.kind === 'run' ? [row.run] : row.runs;
}
