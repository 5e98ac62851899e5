/**
 * Buyers from a table of a person's: CSV, or an array that NumPy saved.
 *
 * Values: a row per buyer, a column per item; a CSV file may begin with the items' names.
 * Bids (CSV only): columns `bundle` and `price` (or `value`), a row per bid: the bundle as numbers of items from 0 with spaces
 * between, as in `0 2 5`. Rows with the same cell in a column `buyer` are alternatives of one buyer (XOR); without that column
 * every row is a buyer.
 */
import { counted } from '../../../shared/counted.ts';
import { decodeText } from '../../../shared/decode-text.ts';
import { AppError } from '../../../shared/errors.ts';
import { isNpy, shapeOf, type NumberArray } from '../../../shared/npy.ts';
import { numbersOf, readNumbers } from '../../../shared/number-array.ts';
import { cellNumber, readCells, type Cells } from '../../../shared/table-cells.ts';
import { TABLE_SAMPLES } from '../../../shared/menus/evaluation.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { MOST_MONEY, xorBidders, type Atom, type Bidders, type ItemBidders } from './bidders.ts';

/** Items of a bid: as many as a CATS file may have. */
const MOST_ITEMS = 65_536;

/** Which table, as messages name it. */
export interface TableFile {
  readonly path: string;
  /** The config key that names it. */
  readonly at: string;
}

/**
 * @param demand what several items of a table of values are worth to a buyer
 * @param items how many there have to be; null: as many as the file says
 * @throws AppError validation that names file, place and remedy
 */
export async function readBuyerTable(
  file: TableFile,
  demand: ItemBidders['kind'],
  items: number | null,
  host: EngineHost,
): Promise<Bidders> {
  const { bytes, name } = await bytesOf(file, host);
  const bidders = await keyed(file, async () => {
    const text = isNpy(bytes) ? null : decodeText(bytes);
    if (text === null) return itemBidders(await readNumbers(bytes, name), name, demand);
    const cells = await readCells(text, name);
    const columns = bidColumns(cells);
    if (columns === null) return itemBidders(numbersOf(withoutBuyers(cells), name), name, demand);
    return bidsOf(cells, columns, name, items);
  });
  if (items !== null && bidders.items !== items) {
    throw new AppError(
      'validation',
      `${name}: expected ${counted(items, 'item')} as set by items, found ${bidders.items}; change items, or leave it empty.`,
      { path: 'items' },
    );
  }
  return bidders;
}

/**
 * What each item is worth to each bidder in each sample: a CSV file with a row per sample and a column per bidder and item, bidder by
 * bidder; or an array samples x bidders x items, or samples x (bidders * items).
 * @returns [samples, bidders, items]
 * @throws AppError as `readBuyerTable`
 */
export async function readProfileTable(
  file: TableFile,
  bidders: number,
  items: number,
  host: EngineHost,
): Promise<{ readonly count: number; readonly values: Float32Array }> {
  const { bytes, name } = await bytesOf(file, host);
  return keyed(file, async () => {
    const text = isNpy(bytes) ? null : decodeText(bytes);
    const table =
      text === null
        ? await readNumbers(bytes, name)
        : numbersOf(withoutBuyers(await readCells(text, name)), name);
    const { shape } = table;
    const fits =
      (shape.length === 2 && shape[1] === bidders * items) ||
      (shape.length === 3 && shape[1] === bidders && shape[2] === items);
    if (!fits) {
      const each = `${counted(bidders, 'bidder')} with ${counted(items, 'item')}`;
      const found = text === null ? `shape ${shapeOf(shape)}` : counted(shape[1]!, 'column');
      const expected =
        text === null
          ? `shape (samples, ${bidders}, ${items}) or (samples, ${bidders * items})`
          : counted(bidders * items, 'column');
      throw new AppError(
        'validation',
        `${name}: expected ${expected} for ${each}, found ${found}; change bidders and items, or choose another file.`,
      );
    }
    return { count: shape[0]!, values: Float32Array.from(moneyOf(table, name)) };
  });
}

async function bytesOf(file: TableFile, host: EngineHost) {
  return keyed(file, async () => {
    const files = await host.listFiles(file.path, { samples: TABLE_SAMPLES });
    const [name, another] = files;
    if (name === undefined || another !== undefined) {
      throw new AppError(
        'validation',
        `${file.path}: expected one file, CSV or NPY, found a folder with ${counted(files.length, 'file')}; name one of them.`,
      );
    }
    return { name, bytes: await host.readBytes(name) };
  });
}

/** What is refused, with the config key that names the file. */
async function keyed<T>({ at }: TableFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError) || error.path !== undefined) throw error;
    throw new AppError(error.kind, error.message, { path: at, cause: error });
  }
}

/** The values as money: 0 or more, and finite. */
function moneyOf({ values, place }: NumberArray, name: string): Float64Array {
  const wrong = values.findIndex((value) => !isMoney(value));
  if (wrong >= 0) refuseMoney(name, place(wrong), values[wrong]!);
  return values;
}

function isMoney(value: number): boolean {
  return value >= 0 && value <= MOST_MONEY;
}

function refuseMoney(name: string, place: string, found: number): never {
  throw new AppError(
    'validation',
    `${name}, ${place}: expected a value from 0 to ${MOST_MONEY}, found ${found}; correct it, or leave the buyer out.`,
  );
}

function itemBidders(table: NumberArray, name: string, kind: ItemBidders['kind']): ItemBidders {
  const [count, items] = table.shape;
  if (table.shape.length !== 2) {
    throw new AppError(
      'validation',
      `${name}: expected one row per buyer and one column per item, found an array of shape ${shapeOf(table.shape)}; for several bidders, use the problem regretnet.`,
    );
  }
  return { kind, items: items!, count: count!, values: Float32Array.from(moneyOf(table, name)) };
}

const BUYER = /^(buyer|bidder|sample|id)$/i;

/** A first column that numbers the rows is no item. */
function withoutBuyers(cells: Cells): Cells {
  if (cells.names === null || cells.names.length < 2 || !BUYER.test(cells.names[0]!)) return cells;
  return { ...cells, names: cells.names.slice(1), rows: cells.rows.map((row) => row.slice(1)), skipped: 1 };
}

interface BidColumns {
  /** -1: every row is a buyer. */
  readonly buyer: number;
  readonly bundle: number;
  readonly price: number;
}

/** Null: the table has values of items. */
function bidColumns({ names }: Cells): BidColumns | null {
  const find = (pattern: RegExp) => names?.findIndex((name) => pattern.test(name)) ?? -1;
  const [bundle, price] = [find(/^bundle$/i), find(/^(price|value|bid)$/i)];
  return bundle < 0 || price < 0 ? null : { buyer: find(BUYER), bundle, price };
}

function bidsOf({ rows, lines }: Cells, columns: BidColumns, name: string, items: number | null): Bidders {
  const buyers = new Map<string, Atom[]>();
  rows.forEach((row, r) => {
    const bundle = row[columns.bundle]!.trim();
    const words = bundle.split(/[\s;]+/).filter((word) => word !== '');
    const numbers = words.map((word) => (/^\d{1,9}$/.test(word) ? Number(word) : -1));
    const most = items ?? MOST_ITEMS;
    if (numbers.length === 0 || numbers.some((item) => item < 0 || item >= most)) {
      throw new AppError(
        'validation',
        `${name}, line ${lines[r]}, column ${columns.bundle + 1} (bundle): expected numbers of items from 0 to ${most - 1} separated by spaces, as in "0 2", found ${JSON.stringify(bundle.slice(0, 40))}; correct the cell.`,
      );
    }
    const cell = row[columns.price]!;
    const value = cellNumber(cell);
    if (value === null || !isMoney(value)) {
      throw new AppError(
        'validation',
        `${name}, line ${lines[r]}, column ${columns.price + 1} (price): expected a number from 0 to ${MOST_MONEY}, found ${JSON.stringify(cell.trim().slice(0, 40))}; correct the cell.`,
      );
    }
    const buyer = columns.buyer < 0 ? `${r}` : row[columns.buyer]!.trim();
    const own = buyers.get(buyer);
    const atom = { items: numbers, value };
    if (own === undefined) buyers.set(buyer, [atom]);
    else own.push(atom);
  });
  const all = [...buyers.values()];
  const found = all.reduce(
    (n, own) => own.reduce((m, atom) => atom.items.reduce((a, b) => Math.max(a, b + 1), m), n),
    0,
  );
  return xorBidders(items ?? found, all);
}
