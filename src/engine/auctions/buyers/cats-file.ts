/**
 * Reads CATS auction instances. Grammar (case-insensitive, any whitespace): the pairs `goods N`, `bids N` and, where there
 * are dummy goods, `dummy N` in any order, then `bids` records: a bid number, a price, goods, and `#`. Lines whose first
 * visible character is `%` are comments. Goods are counted from 0; numbers from `goods` to `goods + dummy - 1` are dummy
 * goods: the bids that share one are alternatives of one bidder (XOR), and a bid without a dummy good is a bidder of its own.
 * Source: Leyton-Brown, Pearson, Shoham, "Towards a universal test suite for combinatorial auction algorithms", EC 2000, and
 * the format of the CATS 2.1 program. Stricter than that program: counts, numbers and repetitions are checked.
 *
 * The `paths` distribution sometimes numbers one good more than its header counts, because its graph has an edge more than was
 * asked for. Such a file has bids with two numbers from `goods` on, or with nothing else; if counting one good more leaves
 * every bid with at most one dummy good and with some real good, that is how it is read.
 */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { MOST_MONEY, xorBidders, type Atom, type XorBidders } from './bidders.ts';
import { CatsTokens, type Token } from './cats-tokens.ts';

export interface CatsInstance {
  readonly goods: number;
  /** What the header says; one less than `goods` where the program numbered one good more. */
  readonly headerGoods: number;
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
 * The bidders of an auction.
 * @param file name for error messages
 * @param breathe lets the host's event loop run; may throw to cancel
 * @throws AppError `validation` that names the file, the line, what was expected and what was found
 */
export async function parseCats(
  text: string,
  file: string,
  breathe: () => Promise<void>,
): Promise<CatsInstance> {
  const auction = await readAuction(text, file, breathe);
  const { header, bids, tokens } = auction;
  const goods = goodsOf(auction);
  if (goods === null) return refuseDummies(tokens, header, bids);
  return { goods, headerGoods: header.goods, bids: header.bids, bidders: byDummyGood(bids, goods) };
}

/**
 * The bids of an auction for winner determination, where only one thing counts: no number is sold twice. So bids may name any
 * number of dummy goods: where they do, all numbers are goods and every bid is a bidder of its own, which allows the same sets
 * of bids.
 * @throws AppError as `parseCats`
 */
export async function parseCatsBids(
  text: string,
  file: string,
  breathe: () => Promise<void>,
): Promise<XorBidders> {
  const auction = await readAuction(text, file, breathe);
  const { bids } = auction;
  const goods = goodsOf(auction);
  if (goods !== null) return byDummyGood(bids, goods);
  const numbers = bids.reduce((most, bid) => bid.goods.reduce((a, b) => Math.max(a, b), most), 0) + 1;
  return xorBidders(
    numbers,
    bids.map((bid) => [{ items: bid.goods, value: bid.price }]),
  );
}

/** Does a file begin as a CATS auction does, after its comments? Where it is empty, nobody can tell. */
export function beginsAsCats(start: string): boolean {
  const tokens = new CatsTokens(start, '');
  try {
    const word = tokens.next();
    return word === null || HEADER.some((name) => name === word.text.toLowerCase());
  } catch {
    return false;
  }
}

interface Auction {
  readonly header: Header;
  readonly bids: readonly Bid[];
  readonly tokens: CatsTokens;
}

async function readAuction(text: string, file: string, breathe: () => Promise<void>): Promise<Auction> {
  const tokens = new CatsTokens(text, file);
  const header = readHeader(tokens);
  const seen = new Set<number>();
  const bids: Bid[] = [];
  for (let b = 0; b < header.bids; b++) {
    if (b % BREATH === 0) await breathe();
    const bid = readBid(tokens, header, b);
    if (seen.has(bid.number)) tokens.fail(bid.at, 'a bid number that occurs once', `bid ${bid.number} again`);
    seen.add(bid.number);
    bids.push(bid);
  }
  const rest = tokens.next();
  if (rest !== null) {
    const expected = `the end of the file after ${counted(header.bids, 'bid')} (the header's count)`;
    tokens.fail(rest, expected, `"${rest.text}"`);
  }
  return { header, bids, tokens };
}

/** How many goods there are, by the header or one more; null if neither makes sense of every bid. */
function goodsOf({ header, bids }: Auction): number | null {
  const fits = (goods: number) =>
    bids.every((bid) => dummiesOf(bid, goods) <= 1 && bid.goods.length > dummiesOf(bid, goods));
  return [header.goods, header.goods + 1].find((goods) => goods <= MOST_GOODS && fits(goods)) ?? null;
}

function dummiesOf({ goods: numbers }: Bid, goods: number): number {
  return numbers.reduce((count, number) => count + (number < goods ? 0 : 1), 0);
}

function refuseDummies(tokens: CatsTokens, header: Header, bids: readonly Bid[]): never {
  const bid = bids.find(
    (one) => dummiesOf(one, header.goods) > 1 || one.goods.length === dummiesOf(one, header.goods),
  )!;
  const dummies = bid.goods.filter((number) => number >= header.goods);
  if (dummies.length > 1) {
    tokens.fail(
      bid.at,
      'one dummy good per bid',
      `dummy goods ${dummies.join(' and ')} in bid ${bid.number}`,
    );
  }
  return tokens.fail(bid.at, 'a bid for at least one good', `bid ${bid.number} for none`);
}

/** Bids that share a dummy good are one bidder's. */
function byDummyGood(bids: readonly Bid[], goods: number): XorBidders {
  const byDummy = new Map<number, Atom[]>();
  const bidders: Atom[][] = [];
  for (const bid of bids) {
    const dummy = bid.goods.find((number) => number >= goods);
    const atom = { items: bid.goods.filter((number) => number < goods), value: bid.price };
    const shared = dummy === undefined ? undefined : byDummy.get(dummy);
    if (shared !== undefined) {
      shared.push(atom);
      continue;
    }
    const own = [atom];
    if (dummy !== undefined) byDummy.set(dummy, own);
    bidders.push(own);
  }
  return xorBidders(goods, bidders);
}

function readHeader(tokens: CatsTokens): Header {
  const found: Partial<Record<keyof Header, number>> = {};
  for (;;) {
    const missing = HEADER.filter((name) => found[name] === undefined);
    const word = tokens.peek();
    if (word === null && missing.length === HEADER.length) {
      throw new AppError('validation', `${tokens.file}: expected a CATS auction, found an empty file.`);
    }
    refuseMultiUnit(tokens, word);
    const name = missing.find((candidate) => candidate === word?.text.toLowerCase());
    if (name === undefined) {
      const { goods, bids, dummy = 0 } = found;
      // The read-me of CATS describes files without dummy goods as files without their count.
      if (goods !== undefined && bids !== undefined) return { goods, bids, dummy };
      return tokens.fail(tokens.next(), missing.map((own) => `"${own}"`).join(' or '));
    }
    tokens.next();
    found[name] = readCount(tokens, name);
  }
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
  readonly price: number;
  /** Real and dummy goods as the file numbers them. */
  readonly goods: readonly number[];
}

function readBid(tokens: CatsTokens, header: Header, index: number): Bid {
  const at = tokens.next();
  if (at === null) {
    const expected = `${counted(header.bids, 'bid')} (the header's count)`;
    return tokens.fail(null, expected, `the end after ${counted(index, 'bid')}`);
  }
  const number = integerOf(at);
  if (number === null) return tokens.fail(at, 'a bid number (a whole number of at least 0)');
  const priceToken = tokens.next();
  const price = priceToken !== null && DECIMAL.test(priceToken.text) ? Number(priceToken.text) : Number.NaN;
  if (!Number.isFinite(price)) {
    const failed = /^[+-]?(nan|inf)/i.test(priceToken?.text ?? '');
    const found = failed
      ? `"${priceToken!.text}", which CATS writes where its arithmetic failed: leave the file out, or generate it with another seed`
      : undefined;
    return tokens.fail(priceToken, `the price of bid ${number}, a number of at least 0`, found);
  }
  if (price > MOST_MONEY) {
    return tokens.fail(
      priceToken,
      `the price of bid ${number}, at most ${MOST_MONEY}, beyond which sums overflow`,
    );
  }
  const goods = new Set<number>();
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
    if (goods.has(good)) tokens.fail(token, `goods that differ or "#"${unclosed}`, `good ${good} again`);
    goods.add(good);
  }
  if (goods.size === 0) tokens.fail(at, 'a bid for at least one good', `bid ${number} for none`);
  return { at, number, price, goods: [...goods] };
}

/** The token as an integer >= 0, else null. */
function integerOf(token: Token | null): number | null {
  if (token === null || !/^\d+$/.test(token.text)) return null;
  const value = Number(token.text);
  return Number.isSafeInteger(value) ? value : null;
}
