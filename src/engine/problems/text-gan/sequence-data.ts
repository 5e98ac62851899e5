/** Sequences of one length as problems of text generation have them: drawn from a known law, or windows of a text. */
import { counted } from '../../../shared/counted.ts';
import { onSplits } from '../../../shared/baseline-name.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import { splits, type Split } from '../../../shared/split.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { draws } from '../../random/draws.ts';
import { fold, rootKey } from '../../random/key.ts';
import type { TextConfig } from '../../text/config.ts';
import { countsOf, loadText, type Stretches } from '../../text/corpus.ts';
import { usualLength, type TextGanConfig } from './config.ts';
import { chainEntropy, chainModel, chainTable, lstmOracle, type ChainTable } from './oracles.ts';
import { drawSequence, logChancesOf, type SequenceModel } from './sequence-model.ts';

/** Where a run says what a person should know of it: no part of what a seed determines, and so a member that nobody can list. */
export class Notices {
  readonly #log: EngineHost['log'];
  constructor(log: EngineHost['log']) {
    this.#log = log;
  }
  warn(message: string): void {
    this.#log('warning', message);
  }
}

/** Sequences of T tokens, each from its place in `tokens` on. */
export interface Sequences {
  readonly tokens: Int32Array;
  readonly starts: Int32Array;
}

export interface SequenceData extends Readonly<Record<Split, Sequences>> {
  /** What it was read or drawn from. */
  readonly source: string;
  /** T */
  readonly length: number;
  /** Of the vocabulary, as people can read them. */
  readonly names: readonly string[];
  /** What a token is; of a drawn law, a symbol. */
  readonly unit: 'symbol' | 'word' | 'character' | 'byte';
  /** The chain that the sequences are drawn from; null: another law, or nobody knows. */
  readonly chain: ChainTable | null;
  /** Tokens at the ends of held-out stretches of a text that fill no window. */
  readonly left: number;
  readonly notices: Notices;
}

/** Sequences that are drawn or judged between two breaths. */
const BREATH = 20;

/** @throws AppError that names file and line, or the config key */
export async function loadSequences(config: TextGanConfig, host: EngineHost): Promise<SequenceData> {
  const notices = new Notices((level, message) => host.log(level, message));
  const { data } = config;
  return {
    ...(await (data.kind === 'tabular' || data.kind === 'oracle' ? drawnData : textData)(config, host)),
    notices,
  };
}

type Read = Omit<SequenceData, 'notices'>;

/** The law of drawn sequences; null: of a text nobody knows it. */
export function oracleOf({ data }: Pick<TextGanConfig, 'data'>): SequenceModel | null {
  if (data.kind === 'tabular') return chainModel(chainTable(data));
  return data.kind === 'oracle' ? lstmOracle(data) : null;
}

async function drawnData(config: TextGanConfig, host: EngineHost): Promise<Read> {
  const { data } = config;
  if (data.kind !== 'tabular' && data.kind !== 'oracle') throw new Error('a text is not drawn');
  const length = usualLength(config);
  const law = oracleOf(config)!;
  const random = draws(fold(rootKey(data.seed), 'sequences'));
  const { count, symbols } = data;
  const tokens = new Int32Array(count * length);
  for (let n = 0; n < count; n++) {
    tokens.set(drawSequence(law, length, random).tokens, n * length);
    if (n % BREATH === 0) await host.breathe();
  }
  const sizes = { test: Math.round(count * data.test), validation: Math.round(count * data.validation) };
  const train = count - sizes.test - sizes.validation;
  if (Math.min(train, sizes.test, sizes.validation) < 1) {
    throw new AppError(
      'validation',
      `data.count: expected at least one sequence for each split, found ${train} for training, ${sizes.validation} for validation, ${sizes.test} for testing; raise data.count, or choose other shares in data.validation and data.test.`,
      { path: 'data.count' },
    );
  }
  const part = (from: number, to: number): Sequences => ({
    tokens: tokens.slice(from * length, to * length),
    starts: Int32Array.from({ length: to - from }, (_, n) => n * length),
  });
  const digits = String(symbols - 1).length;
  return {
    source: data.kind === 'tabular' ? 'a Markov chain' : 'an LSTM with random weights',
    length,
    names: Array.from({ length: symbols }, (_, n) =>
      symbols <= 26 ? String.fromCharCode(97 + n) : `s${String(n).padStart(digits, '0')}`,
    ),
    unit: 'symbol',
    train: part(0, train),
    validation: part(train, train + sizes.validation),
    test: part(train + sizes.validation, count),
    chain: data.kind === 'tabular' ? chainTable(data) : null,
    left: 0,
  };
}

/** Windows of a text: of the training part every one, of the others one after another. */
async function textData(config: TextGanConfig, host: EngineHost): Promise<Read> {
  const data = config.data as TextConfig;
  const corpus = await loadText(data, host);
  const longest = Math.min(...splits.map((split) => longestStretch(corpus[split])));
  const length = config.length ?? Math.min(usualLength(config), longest);
  if (length > longest) {
    throw new AppError(
      'validation',
      `length: expected at most ${longest} tokens, because the splits of ${corpus.source} are made of stretches of at most that length, found ${length}; lower length, or choose a longer text.`,
      { path: 'length' },
    );
  }
  const windows = (split: Split, stride: number): Sequences => ({
    tokens: corpus[split].tokens,
    starts: windowStarts(corpus[split], length, stride),
  });
  const held = { validation: windows('validation', length), test: windows('test', length) };
  const left = (['validation', 'test'] as const).reduce(
    (sum, split) => sum + held[split].tokens.length - held[split].starts.length * length,
    0,
  );
  return {
    source: corpus.source,
    length,
    names: corpus.names,
    unit: ({ words: 'word', characters: 'character', bytes: 'byte' } as const)[data.tokens],
    train: windows('train', 1),
    ...held,
    chain: null,
    left,
  };
}

function longestStretch({ starts }: Stretches): number {
  let most = 0;
  for (let n = 0; n + 1 < starts.length; n++) most = Math.max(most, starts[n + 1]! - starts[n]!);
  return most;
}

function windowStarts({ starts }: Stretches, length: number, stride: number): Int32Array {
  const found: number[] = [];
  for (let n = 0; n + 1 < starts.length; n++)
    for (let at = starts[n]!; at + length <= starts[n + 1]!; at += stride) found.push(at);
  return Int32Array.from(found);
}

/** Sequence number n of a split, [T]. */
export function sequenceOf({ length, ...data }: SequenceData, split: Split, n: number): Int32Array {
  const { tokens, starts } = data[split];
  return tokens.subarray(starts[n], starts[n]! + length);
}

/** At most so many sequences of a split, evenly spaced. */
export function someSequences(data: SequenceData, split: Split, most: number): Int32Array[] {
  const all = data[split].starts.length;
  const count = Math.min(all, Math.max(1, Math.floor(most)));
  return Array.from({ length: count }, (_, n) => sequenceOf(data, split, Math.floor((n * all) / count)));
}

/** `ProblemDefinition.describe` */
export function describeSequences(data: SequenceData): string {
  const { source, length, names, unit, train, validation, test, left, chain } = data;
  const cut =
    unit === 'symbol'
      ? ''
      : ` Longer stretches are cut: training windows begin at every token, held-out ones follow each other, and ${counted(left, 'token')} at the ends of held-out stretches are left out.`;
  const known = chain === null ? '' : ' The law is a table.';
  return `${source}: sequences of ${length} tokens, ${counted(names.length, unit)} in the vocabulary; ${train.starts.length} for training, ${validation.starts.length} for validation, ${test.starts.length} for testing.${cut}${known}`;
}

/** `ProblemDefinition.facts` */
export function sequenceFacts({ length, names, train, validation, test }: SequenceData) {
  return [
    { label: 'Symbols in the vocabulary', value: names.length },
    { label: 'Tokens of a sequence', value: length },
    { label: 'Training sequences', value: train.starts.length },
    { label: 'Validation sequences', value: validation.starts.length },
    { label: 'Test sequences', value: test.starts.length },
  ];
}

/** Held-out sequences that a reference line is the mean over, at most. */
const JUDGED = 2000;

/** `ProblemDefinition.computeBaselines`: nats per token. */
export async function sequenceBaselines(
  config: TextGanConfig,
  data: SequenceData,
  host: Pick<EngineHost, 'breathe'>,
): Promise<Readonly<Record<string, number>>> {
  const { length, names, train, chain } = data;
  const counts = countsOf(train.tokens, names.length);
  // One of each beside the counts, so that every token has a chance.
  const logs = counts.map((count) => Math.log((count + 1) / (train.tokens.length + names.length)));
  const law = oracleOf(config);
  const sums = new Map(splits.map((split) => [split, { unigram: 0, ...(law !== null && { oracle: 0 }) }]));
  for (const split of splits) {
    const some = someSequences(data, split, JUDGED);
    const own = sums.get(split)!;
    for (const [n, tokens] of some.entries()) {
      const share = 1 / some.length / length;
      own.unigram -= share * tokens.reduce((sum, token) => sum + logs[token]!, 0);
      if (law !== null) own.oracle! -= share * logChancesOf(law, tokens).reduce((sum, log) => sum + log, 0);
      if (n % BREATH === 0) await host.breathe();
    }
  }
  return {
    ...onSplits(splits, (split) => sums.get(split)!),
    ...(chain !== null && { entropyRate: chainEntropy(chain, length) / length }),
  };
}

/** Rows of the preview. */
const SHOWN = 30;

/** The first training sequences, and how often the tokens come: `ProblemDefinition.preview`. */
export function previewSequences(data: SequenceData): Picture {
  const { names, train } = data;
  const counts = countsOf(train.tokens, names.length);
  const order = Array.from(names, (_, token) => token)
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, SHOWN);
  return {
    note: '',
    facts: [],
    panels: [
      {
        kind: 'bars',
        title: 'Most common tokens',
        x: { label: 'token' },
        y: { label: 'share of the training tokens' },
        bins: { kind: 'names', names: order.map((token) => names[token]!.slice(0, 200)) },
        series: [{ label: 'share', values: order.map((token) => counts[token]! / train.tokens.length) }],
      },
      {
        kind: 'table',
        title: 'Training sequences',
        columns: ['Number', 'Sequence'],
        rows: someSequences(data, 'train', SHOWN).map((tokens, n) => [n, readable(data, tokens)]),
      },
    ],
  };
}

/** A sequence as a person reads it: words and symbols with spaces between them. */
export function readable(
  { names, unit }: Pick<SequenceData, 'names' | 'unit'>,
  tokens: ArrayLike<number>,
): string {
  return Array.from(tokens, (token) => shownToken(names[token]!))
    .join(unit === 'word' || unit === 'symbol' ? ' ' : '')
    .slice(0, 2000);
}

/** Of characters and bytes, a space stands for itself and a line end for its arrow. */
export function shownToken(name: string): string {
  return name.replace(/^(U\+0020|0x20)$/, ' ').replace(/^(U\+000A|0x0a)$/, '\u21b5');
}
