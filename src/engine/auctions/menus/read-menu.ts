/** Reads a menu from CSV (`menu-file.ts`). Whatever is wrong is said with its line and what would be right. */
import { CsvError, parse, type Options } from 'csv-parse/browser/esm/sync';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { MOST_MONEY } from '../buyers/bidders.ts';
import { addItem, wordsFor } from '../buyers/bundle-bits.ts';
import { MENU_LINE } from './menu-file.ts';
import { MOST_ITEMS, MOST_OPTIONS, type Menu, type MenuAllocation } from './menu.ts';

/** Numbers that one menu may hold: one of many items and options is refused before memory is taken for it. */
const MOST_NUMBERS = 50_000_000;
/** Weights of a lottery may miss 1 by what rounding to six digits leaves. */
const ROUNDING = 1e-5;
const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What people and spreadsheets write: any line ends, quotes where nobody needs them, rows of several lengths. */
const PARSING = {
  bom: true,
  info: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  trim: true,
} satisfies Options;

/** A row of the file that is not empty. */
interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

interface Option {
  readonly line: number;
  readonly price: number;
  /** [weight, items], one of a bundle. */
  readonly bundles: { readonly weight: number; readonly items: readonly number[] }[];
  readonly shares: readonly number[];
}

/**
 * @param file name for error messages
 * @throws AppError `validation` that names file, line, what was expected and what was found
 */
export function readMenu(text: string, file: string): Menu {
  return new MenuReader(text, file).read();
}

class MenuReader {
  readonly #text: string;
  readonly #file: string;
  #items = 0;
  #kind: MenuAllocation['kind'] = 'bundles';
  #columns: ReadonlyMap<string, number> = new Map();

  constructor(text: string, file: string) {
    this.#text = text;
    this.#file = file;
  }

  read(): Menu {
    const rows = this.#rows();
    const [head, ...body] = rows;
    if (head === undefined) this.#fail(0, 'a row that names the columns after the first line', 'the end');
    this.#readColumns(head);
    const options = this.#options(body);
    if (options.length === 0) this.#fail(0, 'at least one option', 'none');
    return {
      options: options.length,
      items: this.#items,
      prices: Float64Array.from(options, ({ price }) => price),
      allocation: this.#allocation(options),
    };
  }

  /** The rows after the first line, which is read here. */
  #rows(): Row[] {
    const rows = this.#records().map(({ line, cells }) => ({
      line,
      cells,
      // A spreadsheet fills the first line up with commas.
      text: cells.join(',').replace(/[,;]+$/, ''),
    }));
    const place = rows.findIndex(({ text }) => MENU_LINE.test(text) || !text.startsWith('#'));
    const first = rows[place];
    const [, items, kind] = MENU_LINE.exec(first?.text ?? '') ?? [];
    if (first === undefined || items === undefined || kind === undefined) {
      return this.#fail(
        first?.line ?? 1,
        'a line like "# menu: items=50 allocation=bundles" (or items, or lotteries) before all others',
        shortened(first?.text ?? 'an empty file'),
      );
    }
    this.#items = Number(items);
    this.#kind = kind as MenuAllocation['kind'];
    if (this.#items < 1 || this.#items > MOST_ITEMS)
      this.#fail(first.line, `1 to ${MOST_ITEMS} items`, `items=${items}`);
    return rows.slice(place + 1).filter(({ text }) => !text.startsWith('#'));
  }

  /** All rows but empty ones, with the lines on which they end. */
  #records(): Row[] {
    try {
      const records = parse(this.#text, PARSING) as unknown as readonly {
        readonly record: readonly string[];
        readonly info: { readonly lines: number };
      }[];
      return records.map(({ record, info }) => ({
        line: info.lines,
        cells: record.map((cell) => cell.trim()),
      }));
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      return this.#fail(Number(error['lines'] ?? 0), 'a table as CSV', error.message);
    }
  }

  #readColumns({ line, cells }: Row): void {
    this.#columns = new Map(cells.map((name, place) => [name.toLowerCase(), place]));
    const own = {
      bundles: ['bundle'],
      lotteries: ['weight', 'bundle'],
      items: Array.from({ length: this.#items }, (_, item) => `item${item}`),
    }[this.#kind];
    const missing = ['option', 'price', ...own].find((name) => !this.#columns.has(name));
    if (missing === undefined) return;
    this.#fail(line, `a column "${missing}" (allocation=${this.#kind})`, shortened(cells.join(',')));
  }

  #options(rows: readonly Row[]): Option[] {
    const options: Option[] = [];
    const seen = new Set<string>();
    let last = '';
    for (const row of rows) {
      const name = this.#cell(row, 'option');
      const price = this.#price(row);
      const sameLottery = this.#kind === 'lotteries' && name === last && options.length > 0;
      if (sameLottery) {
        const lottery = options.at(-1)!;
        if (price !== lottery.price) {
          this.#fail(
            row.line,
            `the price of option ${name} as in line ${lottery.line}, ${lottery.price}`,
            `${price}`,
          );
        }
        lottery.bundles.push(this.#bundle(row));
        continue;
      }
      if (name === '') this.#fail(row.line, 'the number of an option', 'nothing');
      if (seen.has(name)) {
        const together = this.#kind === 'lotteries' ? ' (the rows of a lottery stand together)' : '';
        this.#fail(row.line, `an option that occurs once${together}`, `option ${shortened(name)} again`);
      }
      seen.add(name);
      last = name;
      options.push({
        line: row.line,
        price,
        bundles: this.#kind === 'items' ? [] : [this.#bundle(row)],
        shares: this.#kind === 'items' ? this.#shares(row) : [],
      });
      if (options.length > MOST_OPTIONS || options.length * this.#items > MOST_NUMBERS) {
        this.#fail(
          row.line,
          `a menu of at most ${MOST_OPTIONS} options`,
          'more; leave out those that nobody buys',
        );
      }
    }
    return options;
  }

  #bundle(row: Row): Option['bundles'][number] {
    const words = this.#cell(row, 'bundle')
      .split(/\s+/)
      .filter((word) => word !== '');
    const items = words.map((word) => {
      const item = /^\d+$/.test(word) ? Number(word) : Number.NaN;
      if (item < this.#items) return item;
      return this.#fail(row.line, `items from 0 to ${this.#items - 1} separated by spaces`, shortened(word));
    });
    return { weight: this.#kind === 'lotteries' ? this.#number(row, 'weight', 1) : 1, items };
  }

  #shares(row: Row): number[] {
    return Array.from({ length: this.#items }, (_, item) => this.#number(row, `item${item}`, 1));
  }

  #allocation(options: readonly Option[]): MenuAllocation {
    if (this.#kind === 'items') {
      return { kind: 'items', shares: Float64Array.from(options.flatMap(({ shares }) => shares)) };
    }
    const words = wordsFor(this.#items);
    const support = options.reduce((most, { bundles }) => Math.max(most, bundles.length), 1);
    if (options.length * support * words > MOST_NUMBERS) {
      this.#fail(
        options[0]?.line ?? 0,
        'a menu that fits into memory',
        `${counted(options.length, 'lottery', 'lotteries')} of ${counted(support, 'bundle')}`,
      );
    }
    const bundles = new Uint32Array(options.length * support * words);
    const weights = new Float64Array(options.length * support);
    options.forEach((option, k) => {
      this.#checkWeights(option);
      option.bundles.forEach(({ weight, items }, d) => {
        weights[k * support + d] = weight;
        for (const item of items) addItem(bundles, (k * support + d) * words, item);
      });
    });
    return this.#kind === 'bundles'
      ? { kind: 'bundles', bundles }
      : { kind: 'lotteries', support, bundles, weights };
  }

  #checkWeights({ line, bundles }: Option): void {
    const sum = bundles.reduce((total, { weight }) => total + weight, 0);
    if (Math.abs(sum - 1) <= ROUNDING) return;
    this.#fail(
      line,
      'weights of a lottery that sum to 1 (with an empty bundle for getting nothing)',
      `${sum}`,
    );
  }

  #cell({ line, cells }: Row, column: string): string {
    const cell = cells[this.#columns.get(column) ?? -1];
    return cell ?? this.#fail(line, `a cell for the column "${column}"`, counted(cells.length, 'cell'));
  }

  #price(row: Row): number {
    const price = this.#number(row, 'price', Infinity);
    if (price <= MOST_MONEY) return price;
    return this.#fail(
      row.line,
      `a price of at most ${MOST_MONEY}, beyond which sums overflow`,
      shortened(this.#cell(row, 'price')),
    );
  }

  #number(row: Row, column: string, most: number): number {
    const cell = this.#cell(row, column);
    const value = DECIMAL.test(cell) ? Number(cell) : Number.NaN;
    if (Number.isFinite(value) && value <= most) return value;
    const range = most === Infinity ? 'a number of at least 0' : `a number from 0 to ${most}`;
    return this.#fail(row.line, `${range} as "${column}"`, cell === '' ? 'nothing' : shortened(cell));
  }

  #fail(line: number, expected: string, found: string): never {
    const place = line === 0 ? this.#file : `${this.#file}, line ${line}`;
    throw new AppError('validation', `${place}: expected ${expected}, found ${found}.`);
  }
}

function shortened(text: string): string {
  return text.length > 60 ? `"${text.slice(0, 60)}..."` : `"${text}"`;
}
