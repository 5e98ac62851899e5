/**
 * Reads CATS auction instances. Grammar (case-insensitive, any whitespace): the three pairs `goods N`, `bids N`, `dummy N` in
 * any order, then `bids` records: a bid number, a price, goods, and `#`. Lines whose first visible character is `%` are
 * comments. Goods are counted from 0; numbers from `goods` to `goods + dummy - 1` are dummy goods: the bids that share one
 * are alternatives of one bidder (XOR), and a bid without a dummy good is a bidder of its own.
 * Source: Leyton-Brown, Pearson, Shoham, "Towards a universal test suite for combinatorial auction algorithms", EC 2000, and
 * the format of the CATS 2.1 program. Stricter than that program: counts, numbers and repetitions are checked.
 */
import { AppError } from '../../../shared/errors.ts';
import { xorBidders, type Atom, type XorBidders } from './bidders.ts';
import { CatsTokens, type Token } from './cats-tokens.ts';

export interface CatsInstance {
  readonly goods: number;
  readonly bids: number;
  readonly bidders: XorBidders;
}

/** More goods than any CATS distribution makes sense with; keeps a wrong number from asking for gigabytes. */
const MOST_GOODS = 65_536;

/** A price: no sign, no hexadecimal. */
const DECIMAL = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const HEADER = ['goods', 'bids', 'dummy'] as const;
type Header = Record<(typeof HEADER)[number], number>;

/** Bids read between two calls of `breathe`: about a millisecond. */
const BREATH = 1024;

/**
 * @param file name for error messages
 * @param breathe lets the host's event loop run; may throw to cancel
 * @throws AppError `validation` that names the file, the line, what was expected and what was found
 */
export async function parseCats(
  text: string,
  file: string,
  breathe: () => Promise<void>,
): Promise<CatsInstance> {
  const tokens = new CatsTokens(text, file);
  const header = readHeader(tokens);
  const { goods, bids } = header;
  const seen = new Set<number>();
  const byDummy = new Map<number, Atom[]>();
  const buyers: Atom[][] = [];
  for (let b = 0; b < bids; b++) {
    if (b % BREATH === 0) await breathe();
    const bid = readBid(tokens, header, b);
    if (seen.has(bid.number)) tokens.fail(bid.at, 'a bid number that occurs once', `bid ${bid.number} again`);
    seen.add(bid.number);
    const shared = bid.dummy === null ? undefined : byDummy.get(bid.dummy);
    if (shared !== undefined) {
      shared.push(bid.atom);
      continue;
    }
    const own = [bid.atom];
    if (bid.dummy !== null) byDummy.set(bid.dummy, own);
    buyers.push(own);
  }
  const rest = tokens.next();
  if (rest !== null) {
    tokens.fail(rest, `the end of the file after ${bids} bids (the header's count)`, `"${rest.text}"`);
  }
  return { goods, bids, bidders: xorBidders(goods, buyers) };
}

function readHeader(tokens: CatsTokens): Header {
  const found: Partial<Header> = {};
  for (let i = 0; i < HEADER.length; i++) {
    const missing = HEADER.filter((name) => found[name] === undefined);
    const expected = missing.map((name) => `"${name}"`).join(' or ');
    const word = tokens.next();
    if (word === null && i === 0) {
      throw new AppError('validation', `${tokens.file}: expected a CATS auction, found an empty file.`);
    }
    refuseMultiUnit(tokens, word);
    const name = missing.find((candidate) => candidate === word?.text.toLowerCase());
    if (word === null || name === undefined) return tokens.fail(word, expected);
    found[name] = readCount(tokens, name);
  }
  refuseMultiUnit(tokens, tokens.peek());
  return found as Header;
}

function refuseMultiUnit(tokens: CatsTokens, word: Token | null): void {
  if (word?.text.toLowerCase() !== 'maximums') return;
  tokens.fail(word, 'an auction with one unit of each good', 'a multi-unit one ("maximums")');
}

function readCount(tokens: CatsTokens, name: keyof Header): number {
  const least = name === 'dummy' ? 0 : 1;
  const most = name === 'goods' ? MOST_GOODS : Number.MAX_SAFE_INTEGER;
  const token = tokens.next();
  const count = integerOf(token);
  if (token === null || count === null || count < least || count > most) {
    const range = name === 'goods' ? `from ${least} to ${most}` : `of at least ${least}`;
    return tokens.fail(token, `the number of ${name}, a whole number ${range}`);
  }
  return count;
}

interface Bid {
  readonly at: Token;
  readonly number: number;
  readonly atom: Atom;
  readonly dummy: number | null;
}

function readBid(tokens: CatsTokens, header: Header, index: number): Bid {
  const at = tokens.next();
  if (at === null)
    return tokens.fail(null, `${header.bids} bids (the header's count)`, `the end after ${index} bids`);
  const number = integerOf(at);
  if (number === null) return tokens.fail(at, 'a bid number (a whole number of at least 0)');
  const priceToken = tokens.next();
  const price = priceToken !== null && DECIMAL.test(priceToken.text) ? Number(priceToken.text) : Number.NaN;
  if (!Number.isFinite(price)) {
    return tokens.fail(priceToken, `the price of bid ${number}, a number of at least 0`);
  }
  const items = new Set<number>();
  let dummy: number | null = null;
  for (;;) {
    const token = tokens.next();
    if (token?.text === '#') break;
    const unclosed =
      token === null || token.line !== at.line ? ` (bid ${number} of line ${at.line} is not closed yet)` : '';
    const good = integerOf(token);
    const limit = header.goods + header.dummy;
    if (token === null || good === null || good >= limit) {
      return tokens.fail(token, `a good from 0 to ${limit - 1} or "#"${unclosed}`);
    }
    if (items.has(good) || good === dummy)
      tokens.fail(token, `goods that differ or "#"${unclosed}`, `good ${good} again`);
    if (good < header.goods) items.add(good);
    else if (dummy === null) dummy = good;
    else tokens.fail(token, `one dummy good a bid or "#"${unclosed}`, `dummy goods ${dummy} and ${good}`);
  }
  if (items.size === 0) tokens.fail(at, `a bid for one good at least`, `bid ${number} for none`);
  return { at, number, dummy, atom: { items: [...items], value: price } };
}

/** The token as an integer >= 0, else null. */
function integerOf(token: Token | null): number | null {
  if (token === null || !/^\d+$/.test(token.text)) return null;
  const value = Number(token.text);
  return Number.isSafeInteger(value) ? value : null;
}
