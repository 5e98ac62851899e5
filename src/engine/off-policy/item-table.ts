/** The items of a log: named by a table that has their features, or by the log itself. */
import type { EngineHost } from '../core/engine-host.ts';
import { fileFault, readCsv, type CsvFile } from './csv-rows.ts';
import type { LoggedItems } from './logged-rounds.ts';

/** Items without features, in the order of their names: as numbers, where all are numbers. */
export function itemsOf(names: readonly string[]): LoggedItems {
  return { count: names.length, names, dimension: 0, features: new Float64Array() };
}

/** The names in order, as numbers where all are numbers. */
export function inOrder(names: readonly string[]): readonly string[] {
  const numbers = names.every((name) => numberOf(name) !== null);
  const before = (a: string, b: string) => (numbers ? Number(a) - Number(b) : Number(a > b) - Number(a < b));
  return [...names].sort(before);
}

/** A finite number that a cell holds; null: it holds none. */
export function numberOf(cell: string): number | null {
  const value = Number(cell);
  // Number('') is 0.
  return Number.isFinite(value) && (value !== 0 || cell.trim() !== '') ? value : null;
}

/**
 * One row per item, its name in one column and features in the others: a column of numbers is a feature, one of texts a feature of 0
 * or 1 for each text (one-hot). A column without a name (the row's number, as pandas writes it) is left out.
 * @param nameColumn that of the items' names
 */
export async function readItems(file: CsvFile, nameColumn: string, host: EngineHost): Promise<LoggedItems> {
  const rows: (readonly string[])[] = [];
  const seen = new Map<string, number>();
  let at = -1;
  const header = await readCsv(file, host, (names) => {
    at = columnOf(file, names, nameColumn, 'data.items');
    return (cells, line) => {
      const name = cells[at]!.trim();
      const where = `line ${line}, column ${nameColumn}`;
      if (name === '') throw fileFault(file, where, 'the name of an item', 'nothing', 'name the item');
      const before = seen.get(name);
      if (before !== undefined)
        throw fileFault(file, where, 'every item once', `"${name}", as in line ${before}`, 'leave one out');
      seen.set(name, line);
      rows.push(cells);
    };
  });
  const lines = [...seen.values()];
  const columns = header.flatMap((name, c) =>
    c === at || name === ''
      ? []
      : featureColumns(
          file,
          name,
          rows.map((cells) => cells[c]!.trim()),
          lines,
        ),
  );
  const features = new Float64Array(rows.length * columns.length);
  columns.forEach((values, c) => values.forEach((value, i) => (features[i * columns.length + c] = value)));
  return { count: rows.length, names: [...seen.keys()], dimension: columns.length, features };
}

/** A column of numbers as it is; of texts, one of 0 and 1 for each text. */
function featureColumns(
  file: CsvFile,
  name: string,
  cells: readonly string[],
  lines: readonly number[],
): (readonly number[])[] {
  const empty = cells.indexOf('');
  if (empty !== -1) {
    const remedy = 'fill it in, or leave the column out';
    throw fileFault(file, `line ${lines[empty]}, column ${name}`, 'a feature', 'an empty cell', remedy);
  }
  const numbers = cells.map(numberOf);
  if (numbers.every((value) => value !== null)) return [numbers];
  return [...new Set(cells)].sort().map((text) => cells.map((cell) => Number(cell === text)));
}

/** Place of a column. @param key the config key that names the column, for the message */
export function columnOf(file: CsvFile, header: readonly string[], name: string, key: string): number {
  const found = header.indexOf(name);
  if (found !== -1) return found;
  const known = header.filter((one) => one !== '').join(', ');
  throw fileFault(
    { ...file, at: key },
    'line 1',
    `a column "${name}"`,
    known === '' ? 'none with a name' : known,
    `change ${key}, or name another separator`,
  );
}
