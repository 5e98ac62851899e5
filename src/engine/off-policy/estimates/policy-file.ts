/**
 * A policy in a CSV file: rows of a context, an item and the probability with which the policy shows it there. The context is the
 * column `round`, or `context` (0 is the first round that is judged), or the columns of its features, as the log calls them.
 */
import type { Policy } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { fileFault, readCsv, type CsvFile } from '../csv-rows.ts';
import { columnOf, numberOf } from '../item-table.ts';
import type { OpeLog } from './evaluate.ts';

/** Columns of the round's number; the second is what a run's exported policy has. */
const ROUNDS = ['round', 'context'];
const ITEM = 'item';
const PROBABILITY = 'probability';
const KEY = 'policy';
/** What rounding of written numbers may leave of 1: such rows are scaled to it. */
const ROUNDING = 1e-4;
/** Probabilities of all contexts together, eight bytes each. */
const MOST_CELLS = 1e8;
const NOT_GIVEN = -1;

interface Context {
  /** Line of its first row. */
  readonly line: number;
  readonly row: Float64Array;
}

/** @throws AppError that names file, line and remedy: a sum that is not 1, a context without rows, an item that the log has not */
export async function readPolicy(path: string, log: OpeLog, host: EngineHost): Promise<Policy> {
  const file: CsvFile = { path, at: KEY, separator: 'auto' };
  const { items, judged } = log;
  const place = new Map(items.names.map((name, item) => [name, item]));
  const contexts = new Map<string, Context>();
  let byRound = true;
  await readCsv(file, host, (header) => {
    const round = ROUNDS.find((name) => header.includes(name) && !log.contextNames.includes(name));
    byRound = round !== undefined;
    const names = round === undefined ? log.contextNames : [round];
    refuseNoContext(file, header, names);
    const keyAt = names.map((name) => columnOf(file, header, name, KEY));
    const itemAt = columnOf(file, header, ITEM, KEY);
    const probabilityAt = columnOf(file, header, PROBABILITY, KEY);
    return (cells, line) => {
      const key = keyAt.map((at, i) => keyNumber(file, cells[at]!, names[i]!, line)).join();
      const name = cells[itemAt]!.trim();
      const item = place.get(name);
      if (item === undefined) {
        const remedy = 'name items as the log does, or leave the row out';
        throw fileFault(file, `line ${line}, column ${ITEM}`, 'an item of the log', `"${name}"`, remedy);
      }
      const probability = numberOf(cells[probabilityAt]!);
      if (probability === null || probability < 0 || probability > 1) {
        const found = cells[probabilityAt]!.trim() || 'an empty cell';
        const where = `line ${line}, column ${PROBABILITY}`;
        throw fileFault(file, where, 'a probability from 0 to 1', found, 'correct the row');
      }
      let context = contexts.get(key);
      if (context === undefined) {
        refuseLarge(file, line, contexts.size + 1, items.count);
        context = { line, row: new Float64Array(items.count).fill(NOT_GIVEN) };
        contexts.set(key, context);
      }
      if (context.row[item] !== NOT_GIVEN) {
        const expected = 'every item once for a context';
        const found = `item ${name} again, in the context that begins in line ${context.line}`;
        throw fileFault(file, `line ${line}`, expected, found, 'leave one of the rows out');
      }
      context.row[item] = probability;
    };
  });
  for (const context of contexts.values()) complete(file, context);
  const rows = Array.from({ length: judged.rounds }, (_, n) => {
    const found = contexts.get(byRound ? String(n) : contextKey(log, n));
    if (found !== undefined) return found.row;
    const what = byRound ? `round ${n}` : `the context of round ${n} (${shownContext(log, n)})`;
    throw fileFault(
      file,
      'the file',
      `rows for each of the ${judged.rounds} rounds that are judged`,
      `none for ${what}`,
      'add a row for every item that the policy may show there',
    );
  });
  return { row: (n) => rows[n]! };
}

function refuseNoContext(file: CsvFile, header: readonly string[], names: readonly string[]): void {
  const missing = names.find((name) => !header.includes(name));
  if (missing === undefined) return;
  throw fileFault(
    file,
    'line 1',
    `a column "${ROUNDS[0]}", or all columns of the context`,
    `neither "${ROUNDS[0]}" nor "${missing}" in ${header.join(', ')}`,
    `add the column "${ROUNDS[0]}"`,
  );
}

function keyNumber(file: CsvFile, cell: string, column: string, line: number): number {
  const value = numberOf(cell);
  if (value !== null) return value;
  const found = cell.trim() || 'an empty cell';
  throw fileFault(file, `line ${line}, column ${column}`, 'a number', found, 'correct the row');
}

function contextKey({ judged: { context }, contextDimension }: OpeLog, round: number): string {
  return context.subarray(round * contextDimension, (round + 1) * contextDimension).join();
}

function shownContext(log: OpeLog, round: number): string {
  const { contextNames, contextDimension, judged } = log;
  const shown = contextNames
    .slice(0, 3)
    .map((name, i) => `${name} ${judged.context[round * contextDimension + i]}`);
  return shown.join(', ') + (contextNames.length > 3 ? ', …' : '');
}

function refuseLarge(file: CsvFile, line: number, contexts: number, items: number): void {
  if (contexts * items <= MOST_CELLS) return;
  throw fileFault(
    file,
    `line ${line}`,
    `at most ${MOST_CELLS} contexts times items`,
    `more than ${contexts - 1} contexts of ${items} items`,
    'judge a part of the log',
  );
}

/** Items without a row have probability 0. */
function complete(file: CsvFile, { line, row }: Context): void {
  const sum = row.reduce((total, probability) => total + Math.max(0, probability), 0);
  if (Math.abs(sum - 1) > ROUNDING) {
    throw fileFault(
      file,
      `the context that begins in line ${line}`,
      'probabilities that sum to 1',
      `a sum of ${Number(sum.toPrecision(8))}`,
      'correct its rows, or add those of the items that are missing',
    );
  }
  for (let item = 0; item < row.length; item++) row[item] = Math.max(0, row[item]!) / sum;
}
