/**
 * Rows of a table as points of runs, in either of two forms:
 *
 *   long   a row per point: columns metric and value, a step, and which run
 *   wide   a row per step: a step, which run, and a column per metric; an empty cell is no point
 *
 * Columns are found by their names, in any case: those below, unless a person says which is which.
 */
import { AppError } from '../../../shared/errors.ts';
import { columnRoles, type ColumnRole, type ForeignOptions } from '../../../shared/foreign-columns.ts';
import { cellNumber } from '../../../shared/table-cells.ts';
import { ForeignRuns, type ForeignRun } from './foreign-run.ts';

const called: Readonly<Record<ColumnRole, readonly string[]>> = {
  run: ['run', 'run_id', 'run_name', 'run_uuid'],
  name: ['estimator', 'name', 'method'],
  seed: ['seed'],
  step: ['step', '_step', 'global_step', 'iteration', 'iter', 'epoch'],
  metric: ['metric', 'series', 'tag', 'key'],
  value: ['value'],
};
/** Of exports and loggers, and no metrics: ids, clocks, and whatever begins with an underscore (W&B). */
const IGNORED = /^(_.*|comparison|variant|timestamp|wall_time|date|time|index|unnamed: 0)$/i;

/** A cell as it comes: of CSV a text, of the others also a number; null or undefined: there is none. */
type Cell = unknown;

/** Takes rows one after the other. */
export class TableRuns {
  readonly #found: ForeignRuns;
  readonly #file: string;
  readonly #options: ForeignOptions;
  /** Of a table without a column of runs. */
  readonly #only: string;
  /** Rows so far of a run and metric, where no column says the step. */
  readonly #counts = new Map<string, number>();
  #roles: Readonly<Partial<Record<ColumnRole, string>>> | undefined;

  /** @param only what the one run of a table without a column of runs is called */
  constructor(file: string, only: string, options: ForeignOptions) {
    this.#found = new ForeignRuns(file);
    this.#file = file;
    this.#only = only;
    this.#options = options;
  }

  get runs(): ReadonlyMap<string, ForeignRun> {
    return this.#found.runs;
  }

  /**
   * @param names of the columns; of JSON Lines those of the first row, as later rows may have others
   * @throws AppError validation if a role that a person gave has no column
   */
  begin(names: readonly string[]): void {
    const { columns } = this.#options;
    const roles: Partial<Record<ColumnRole, string>> = {};
    for (const role of columnRoles) {
      const asked = columns[role];
      const known = asked === undefined ? called[role] : [asked.toLowerCase()];
      const found = known.flatMap((one) => names.filter((name) => name.toLowerCase() === one))[0];
      if (asked !== undefined && found === undefined)
        throw new AppError(
          'validation',
          `${this.#file}: expected a column ${asked} (--columns ${role}=${asked}), found ${names.slice(0, 20).join(', ')}.`,
        );
      if (found !== undefined) roles[role] = found;
    }
    this.#roles = roles;
  }

  /** @param where of the row, for messages. @throws AppError validation that names the place */
  row(cells: Readonly<Record<string, Cell>>, where: string): void {
    if (this.#roles === undefined) this.begin(Object.keys(cells));
    const roles = this.#roles!;
    const cell = (role: ColumnRole): Cell => (roles[role] === undefined ? undefined : cells[roles[role]]);
    const name = textOf(cell('name'));
    const seed = textOf(cell('seed'));
    // Without a column of runs, a name and a seed are one.
    const told =
      textOf(cell('run')) ??
      [name, seed === null ? null : `seed ${seed}`].filter((part) => part !== null).join(', ');
    const run = this.#found.run(told === '' ? this.#only : told);
    run.name ??= name;
    if (seed !== null) run.seed ??= this.#whole(seed, `${where}, column ${roles.seed}`);
    const stepCell = cell('step');
    const stepAt = (metric: string): number => {
      if (roles.step !== undefined) return this.#number(stepCell, `${where}, column ${roles.step}`);
      const key = `${run.run}\n${metric}`;
      const count = this.#counts.get(key) ?? 0;
      this.#counts.set(key, count + 1);
      return count;
    };
    if (roles.metric !== undefined && roles.value !== undefined) {
      const metric = textOf(cell('metric'));
      if (metric === null)
        throw this.#refused(`${where}, column ${roles.metric}`, 'the name of a metric', 'nothing');
      const value = this.#number(cell('value'), `${where}, column ${roles.value}`);
      this.#found.add(run, metric, stepAt(metric), value, where);
      return;
    }
    const own = new Set(Object.values(roles));
    const measured = Object.entries(cells).filter(([column]) => !own.has(column) && !IGNORED.test(column));
    // Rows without a column of steps are counted, whatever they have.
    const step = roles.step === undefined ? stepAt('') : null;
    for (const [column, value] of measured) {
      if (textOf(value) === null || typeof value === 'boolean') continue;
      const number = this.#number(value, `${where}, column ${column}`);
      this.#found.add(run, column, step ?? stepAt(column), number, where);
    }
  }

  #whole(text: string, where: string): number {
    const value = cellNumber(text) ?? NaN;
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#refused(where, 'a seed that is a whole number, 0 or more', JSON.stringify(text.slice(0, 40)));
  }

  #number(cell: Cell, where: string): number {
    if (typeof cell === 'number') return cell;
    if (typeof cell === 'bigint') return Number(cell);
    const value = cellNumber(textOf(cell) ?? '');
    if (value !== null) return value;
    throw this.#refused(where, 'a number', JSON.stringify((textOf(cell) ?? '').slice(0, 40)));
  }

  #refused(where: string, expected: string, found: string): AppError {
    return new AppError(
      'validation',
      `${this.#file}, ${where}: expected ${expected}, found ${found}; correct it, or name the columns with --columns.`,
    );
  }
}

/** Null of a cell without anything. */
function textOf(cell: Cell): string | null {
  if (typeof cell === 'string') return cell.trim() === '' ? null : cell.trim();
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') return `${cell}`;
  return cell === null || cell === undefined ? null : JSON.stringify(cell);
}
