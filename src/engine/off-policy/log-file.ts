/** A log in a CSV file, read row after row into typed arrays, and split by a seed. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { counted } from '../../shared/counted.ts';
import { splits, splitWords, type Split } from '../../shared/split.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { permutation } from '../random/fill.ts';
import { fold, rootKey } from '../random/key.ts';
import { fileFault, readCsv, type CsvFile } from './csv-rows.ts';
import { columnOf, inOrder, itemsOf, numberOf } from './item-table.ts';
import {
  columnFor,
  contextFeatures,
  contextOf,
  doubles,
  Texts,
  type Column,
  type ContextColumn,
} from './log-columns.ts';
import type { LoggedData, LoggedItems, LoggedRounds } from './logged-rounds.ts';
import { RepeatedRows, tellingColumns } from './repeated-rows.ts';

/** Numbers of all contexts, eight bytes each. */
const MOST_NUMBERS = 2 ** 28;
/** Different texts of a column: more are names, or a mistake. */
const MOST_TEXTS = 1000;

/** What the columns of a log are called. */
export interface LogColumns {
  readonly item: string;
  readonly reward: string;
  readonly propensity: string | null;
  readonly position: string | null;
  /** Those of the context, of all that the header has. */
  context(header: readonly string[]): readonly ContextColumn[];
  /** The config keys that name them. */
  readonly keys: Readonly<
    Record<'item' | 'reward' | 'propensity' | 'position' | 'context' | 'texts', string>
  >;
}

/** A log before it is read. */
export interface LogFile {
  readonly file: CsvFile;
  readonly columns: LogColumns;
}

const share = z.number().gt(0).lt(1);

/** How the rows of a file become splits. */
export const sharesShape = {
  validation: share.default(0.1).describe('Share of the rows used for early stopping and restarts'),
  test: share.default(0.3).describe('Share of the rows kept for the reported figures'),
  seed: z
    .int()
    .min(0)
    .default(1)
    .describe('Seed of the splits; all runs of a comparison share it, whatever their own seed'),
};
type Shares = z.infer<z.ZodObject<typeof sharesShape>>;

/** What is wrong with shares of which every one for itself is right. */
export function sharesIssues({
  validation,
  test,
}: Shares): readonly { readonly path: 'test'; readonly message: string }[] {
  if (validation + test < 1) return [];
  return [{ path: 'test', message: 'validation and test together must leave something for training' }];
}

/** The rows of a log as they come. */
class Log {
  readonly reward = doubles();
  readonly propensity = doubles();
  readonly position = doubles();
  readonly shown = new Texts();
  context: readonly Column[] = [];
  readonly #repeated = new RepeatedRows();
  #telling: readonly string[] | null = null;
  readonly #file: CsvFile;
  readonly #columns: LogColumns;
  readonly #known: ReadonlyMap<string, number> | null;

  constructor(file: CsvFile, columns: LogColumns, items: LoggedItems | null) {
    this.#file = file;
    this.#columns = columns;
    this.#known = items === null ? null : new Map(items.names.map((name, i) => [name, i]));
  }

  begin(header: readonly string[]) {
    const { item, reward, propensity, position, keys, context } = this.#columns;
    const at = (name: string, key: string) => columnOf(this.#file, header, name, key);
    const itemAt = at(item, keys.item);
    const rewardAt = at(reward, keys.reward);
    const propensityAt = propensity === null ? -1 : at(propensity, keys.propensity);
    const positionAt = position === null ? -1 : at(position, keys.position);
    const wanted = context(header).map((column) => ({ ...column, at: at(column.name, keys.context) }));
    if (wanted.length === 0) {
      const remedy = 'choose a log that has some';
      throw fileFault(this.#file, 'line 1', 'columns of the context', 'none', remedy);
    }
    this.#telling = tellingColumns(header);
    return (cells: readonly string[], line: number) => {
      if (this.context.length === 0)
        this.context = wanted.map((column) => columnFor(column, cells[column.at]!));
      this.#item(cells[itemAt]!.trim(), line);
      this.reward.push(this.#number(cells[rewardAt]!, reward, line, 'a reward, a number'));
      if (propensityAt !== -1) {
        const value = this.#number(cells[propensityAt]!, propensity!, line, PROPENSITY);
        if (value <= 0 || value > 1)
          this.#refuse(line, propensity!, PROPENSITY, cells[propensityAt]!, LEFT_OUT);
        this.propensity.push(value);
      }
      if (positionAt !== -1)
        this.position.push(
          this.#number(cells[positionAt]!, position!, line, 'a place on the page, a number'),
        );
      for (const column of this.context) this.#contextCell(column, cells[column.at]!, line);
      this.#repeated.add(cells, line);
    };
  }

  /**
   * How many rows are the same as an earlier one in every column.
   * @throws AppError that names the first of them, where columns tell rows apart
   */
  repeatedRows(): number {
    const line = this.#telling === null ? null : this.#repeated.firstLine();
    if (line === null) return this.#repeated.count();
    const telling = this.#telling!.map((name) => (name === '' ? 'the column without a name' : name));
    const expected = `every row once, because ${telling.join(' and ')} ${telling.length === 1 ? 'identifies' : 'identify'} it`;
    const found = 'one that is the same as an earlier row in every column';
    throw fileFault(this.#file, `line ${line}`, expected, found, 'leave it out');
  }

  #item(name: string, line: number): void {
    const { item } = this.#columns;
    if (name === '') this.#refuse(line, item, 'the name of an item', name, 'correct the row');
    if (this.#known !== null && !this.#known.has(name)) {
      const remedy = 'add it to the file of data.items, or leave the row out';
      this.#refuse(line, item, 'an item that has features', name, remedy);
    }
    this.shown.push(name);
  }

  #contextCell({ name, numbers, texts }: Column, cell: string, line: number): void {
    if (numbers !== null) {
      const remedy = `correct it, or name the column in ${this.#columns.keys.texts}`;
      numbers.push(this.#number(cell, name, line, 'a number, as in the first row', remedy));
      return;
    }
    texts.push(cell.trim());
    if (texts.numbers.size > MOST_TEXTS) {
      const remedy = 'leave the column out of the context';
      this.#refuse(line, name, `at most ${MOST_TEXTS} different texts`, 'more', remedy);
    }
  }

  #number(cell: string, column: string, line: number, expected: string, remedy = LEFT_OUT): number {
    return numberOf(cell) ?? this.#refuse(line, column, expected, cell, remedy);
  }

  #refuse(line: number, column: string, expected: string, cell: string, remedy: string): never {
    const found = cell.trim() === '' ? 'an empty cell' : cell.trim().slice(0, 40);
    throw fileFault(this.#file, `line ${line}, column ${column}`, expected, found, remedy);
  }
}

const PROPENSITY = 'a probability above 0 and at most 1';
const LEFT_OUT = 'correct the row, or leave it out';

/**
 * @param items with features, where a file has them; null: the items are those that the log shows
 * @param source as a reader would call the log
 * @throws AppError that names file, line, column and remedy
 */
export async function readLog(
  file: CsvFile,
  columns: LogColumns,
  items: LoggedItems | null,
  source: string,
  host: EngineHost,
): Promise<WholeLog> {
  const log = new Log(file, columns, items);
  await readCsv(file, host, (header) => log.begin(header));
  const repeatedRows = log.repeatedRows();
  const { shown } = log;
  const shownRows = shown.rows.values;
  const rounds = shownRows.length;
  if (shown.numbers.size < 2) {
    const found = rounds === 0 ? 'no rows' : `"${[...shown.numbers.keys()][0]}" alone`;
    const remedy = 'choose a log with a choice in it';
    throw fileFault(file, `column ${columns.item}`, 'at least two items', found, remedy);
  }
  const known = items ?? itemsOf(inOrder([...shown.numbers.keys()]));
  const place = new Map(known.names.map((name, i) => [name, i]));
  const itemOf = Int32Array.from(shown.numbers.keys(), (name) => place.get(name)!);
  const features = log.context.flatMap(contextFeatures);
  refuseLarge(file, rounds, features.length);
  const { ranks, count: positions } = denseRanks(log.position.values);
  return {
    source,
    contextDimension: features.length,
    contextNames: features.map(({ name }) => name),
    items: known,
    repeatedRows,
    positions: Math.max(1, positions),
    all: {
      rounds,
      context: contextOf(features, rounds),
      action: shownRows.map((shownAt) => itemOf[shownAt]!),
      reward: log.reward.values,
      propensity: columns.propensity === null ? null : log.propensity.values,
      position: columns.position === null ? null : ranks,
      expectedReward: null,
      behaviour: null,
    },
  };
}

/** A log whose rounds are not split yet. */
export interface WholeLog extends Omit<LoggedData, Split> {
  /** In the order of the file. */
  readonly all: LoggedRounds;
}

/** @throws AppError precondition: too few rounds */
export function splitLog({ all, ...shared }: WholeLog, shares: Shares): LoggedData {
  const chosen = splitRounds(all.rounds, shares);
  const width = shared.contextDimension;
  const part = (rows: Int32Array): LoggedRounds => {
    const context = new Float64Array(rows.length * width);
    rows.forEach((row, n) => context.set(all.context.subarray(row * width, (row + 1) * width), n * width));
    const doublesOf = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
    const integersOf = (values: Int32Array) => Int32Array.from(rows, (row) => values[row]!);
    return {
      rounds: rows.length,
      context,
      action: integersOf(all.action),
      reward: doublesOf(all.reward),
      propensity: all.propensity === null ? null : doublesOf(all.propensity),
      position: all.position === null ? null : integersOf(all.position),
      expectedReward: null,
      behaviour: null,
    };
  };
  return {
    ...shared,
    train: part(chosen.train),
    validation: part(chosen.validation),
    test: part(chosen.test),
  };
}

function refuseLarge(file: CsvFile, rounds: number, width: number): void {
  if (rounds * width <= MOST_NUMBERS) return;
  throw fileFault(
    file,
    counted(rounds, 'row'),
    `at most ${MOST_NUMBERS} numbers of contexts`,
    `${width} per row`,
    'name fewer columns of the context, or use a part of the log',
  );
}

/** Numbers as their ranks from 0, the same for equal ones: places 1, 2 and 3 of a page are 0, 1 and 2. */
function denseRanks(values: Float64Array): { readonly ranks: Int32Array; readonly count: number } {
  const ascending = [...new Set(values)].sort((a, b) => a - b);
  const rankOf = new Map(ascending.map((value, rank) => [value, rank]));
  return { ranks: Int32Array.from(values, (value) => rankOf.get(value)!), count: ascending.length };
}

/** Rows of each split, in the order of the file. */
function splitRounds(
  rounds: number,
  { validation, test, seed }: Shares,
): Readonly<Record<Split, Int32Array>> {
  const order = permutation(fold(rootKey(seed), 'split'), rounds);
  const first = Math.round(rounds * test);
  const second = first + Math.round(rounds * validation);
  const chosen = {
    test: order.subarray(0, first).slice().sort(),
    validation: order.subarray(first, second).slice().sort(),
    train: order.subarray(second).slice().sort(),
  };
  if (splits.every((split) => chosen[split].length > 0)) return chosen;
  throw new AppError(
    'precondition',
    `data: expected at least one row for each of ${splits.map((split) => splitWords[split]).join(', ')}, found ${counted(rounds, 'row')} in all; use a longer log, or other shares in data.validation and data.test.`,
    { path: 'data.path' },
  );
}
