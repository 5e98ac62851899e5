/** What a generator makes, token by token, and which tokens follow which, beside the data. */
import type { MatrixPanel } from '../../../shared/pictures/matrix.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import type { TokensPanel } from '../../../shared/pictures/tokens.ts';
import type { PictureDefinition } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { countsOf } from '../../text/corpus.ts';
import { collapseInWords, hasCollapsed, varietyOf } from './collapse.ts';
import type { TextGanConfig } from './config.ts';
import { drawMany, judgedCount } from './evaluate.ts';
import { sequenceOf, shownToken, someSequences, type SequenceData } from './sequence-data.ts';
import type { DrawnSequence } from './sequence-model.ts';
import { generatorOfRun, type TrainedTextGan } from './trained-generator.ts';

/** Sequences that are shown. */
const SHOWN = 20;
/** Tokens of a matrix of transitions: the commonest of the training part. */
const SIDE = 30;

/** Sequences with the probability of each token as its colour. */
export function tokensPanel(
  data: SequenceData,
  title: string,
  sequences: readonly (DrawnSequence & { readonly caption: string })[],
): TokensPanel {
  const spaced = data.unit === 'word' || data.unit === 'symbol';
  return {
    kind: 'tokens',
    title,
    quantity: 'probability given the tokens before',
    texts: sequences.map(({ tokens, logs, caption }) => ({
      caption,
      tokens: Array.from(tokens, (token, t) => ({
        text: `${t > 0 && spaced ? ' ' : ''}${shownToken(data.names[token]!)}`.slice(0, 200),
        weight: Math.exp(logs[t]!),
      })),
    })),
    range: { from: 0, to: 1 },
  };
}

export function totalLog({ logs }: Pick<DrawnSequence, 'logs'>): number {
  return logs.reduce((sum, log) => sum + log, 0);
}

async function drawSamples(trained: TrainedTextGan, host: EngineHost): Promise<Picture> {
  const { data, model } = await generatorOfRun(trained);
  const count = judgedCount(trained.config, data, 'quick');
  const drawn = await drawMany(model, data.length, count, () => host.breathe());
  const variety = varietyOf(
    drawn.map(({ tokens }) => tokens),
    someSequences(data, 'train', count),
  );
  const note =
    'Sequences that the generator draws with random numbers that are always the same; the colour of a token is its probability given those before it.';
  return {
    note: hasCollapsed(variety) ? `${collapseInWords(variety, data)} ${note}` : note,
    facts: [
      { label: 'Different sequences', value: variety.different, unit: `of ${variety.count}` },
      { label: 'Of as many training sequences', value: variety.differentOfData },
      {
        label: 'Entropy, nats per token',
        value: -drawn.reduce((sum, one) => sum + totalLog(one), 0) / count / data.length,
      },
    ],
    panels: [
      tokensPanel(
        data,
        'Generated sequences',
        drawn.slice(0, SHOWN).map((one) => ({ ...one, caption: `ln p = ${totalLog(one).toFixed(2)}` })),
      ),
    ],
  };
}

/** How often a token of the shown ones follows another, [side][side], as shares of all that follow; null where nothing does. */
function transitionShares(
  sequences: readonly Int32Array[],
  symbols: number,
  shown: readonly number[],
): (number | null)[][] {
  const place = new Int32Array(symbols).fill(-1);
  shown.forEach((token, n) => (place[token] = n));
  const all = new Float64Array(shown.length);
  const pairs = shown.map(() => new Float64Array(shown.length));
  for (const tokens of sequences)
    for (let t = 0; t + 1 < tokens.length; t++) {
      const from = place[tokens[t]!]!;
      const to = place[tokens[t + 1]!]!;
      if (from === -1) continue;
      all[from]! += 1;
      if (to !== -1) pairs[from]![to]! += 1;
    }
  return pairs.map((row, from) => Array.from(row, (times) => (all[from] === 0 ? null : times / all[from]!)));
}

async function drawTransitions(trained: TrainedTextGan, host: EngineHost): Promise<Picture> {
  const { data, model } = await generatorOfRun(trained);
  const { names, chain, length } = data;
  const count = judgedCount(trained.config, data, 'full');
  const drawn = await drawMany(model, length, count, () => host.breathe());
  const counts = countsOf(data.train.tokens, names.length);
  const shown = Array.from(names, (_, token) => token)
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, SIDE)
    // Of a small vocabulary in its own order.
    .sort((a, b) => (names.length > SIDE ? 0 : a - b));
  const ofData =
    chain === null
      ? transitionShares(
          Array.from({ length: Math.min(data.train.starts.length, 20 * count) }, (_, n) =>
            sequenceOf(data, 'train', n),
          ),
          names.length,
          shown,
        )
      : shown.map((from) => shown.map((to) => Math.exp(chain.next[from]![to]!)));
  const made = transitionShares(
    drawn.map(({ tokens }) => tokens),
    names.length,
    shown,
  );
  // A space has to be seen here.
  const sides = shown.map((token) => shownToken(names[token]!).replace(/^ $/, '\u2423').slice(0, 200));
  const most = Math.max(...[...ofData, ...made].flat().map((share) => share ?? 0));
  const panel = (title: string, values: (number | null)[][]): MatrixPanel => ({
    kind: 'matrix',
    title,
    rows: { label: 'token', names: sides },
    columns: { label: 'followed by', names: sides },
    quantity: 'share',
    values,
    range: { from: 0, to: most },
  });
  const distances = made.map((row, from) =>
    row.reduce<number>((sum, share, to) => sum + Math.abs((share ?? 0) - (ofData[from]![to] ?? 0)) / 2, 0),
  );
  return {
    note: `How often each token follows another: ${chain === null ? 'in the training sequences' : 'in the table of the oracle'}, and in ${count} generated sequences.${names.length > SIDE ? ` The ${SIDE} most common tokens.` : ''}`,
    facts: [
      {
        label: 'Mean total variation of a row',
        value: distances.reduce((sum, one) => sum + one, 0) / distances.length,
      },
    ],
    panels: [panel(chain === null ? 'Data' : 'Oracle', ofData), panel('Generator', made)],
  };
}

export const textGanPictures: readonly PictureDefinition<TextGanConfig, SequenceData>[] = [
  {
    name: 'samples',
    label: 'Samples',
    help: 'Generated sequences with the probability of each token; it says so where the generator has collapsed.',
    draw: drawSamples,
  },
  {
    name: 'transitions',
    label: 'Transitions',
    help: 'Which token follows which, in the data (of a chain: by its table) and in what the generator makes.',
    draw: drawTransitions,
  },
];
