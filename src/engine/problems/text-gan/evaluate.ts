/**
 * The hard evaluation of a generator: sequences that it draws, token by token, and what it makes of held-out ones, in doubles and apart
 * from the training graph. Only the discriminator's verdicts come from the backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import { sigmoid, softplus } from '../../../shared/log-space.ts';
import type { Split } from '../../../shared/split.ts';
import type { NamedTensorData } from '../../core/named-tensor.ts';
import { draws } from '../../random/draws.ts';
import { fold, rootKey } from '../../random/key.ts';
import { countReferences, distinctShare, meanBleu, selfBleu } from '../../text/bleu.ts';
import { splitName } from '../metric-descriptors.ts';
import { collapseInWords, hasCollapsed, varietyOf } from './collapse.ts';
import type { TextGanConfig } from './config.ts';
import { discriminatorOf } from './discriminator.ts';
import { exactFigures, MOST_LEAVES } from './sequence-model.ts';
import type { Tensors } from './generator.ts';
import { plainGenerator } from './plain-generator.ts';
import { oracleOf, someSequences, type SequenceData } from './sequence-data.ts';
import { drawSequence, logChancesOf, type DrawnSequence, type SequenceModel } from './sequence-model.ts';

/** Of all that an evaluation draws: the same at every step of every run. */
const EVALUATION_KEY = rootKey(20_261_130);
/** Products that an evaluation makes of each law that it asks, and the sequences that it looks at, at least and at most. */
const LIMITS = {
  quick: { products: 5e7, fewest: 100, most: 500 },
  full: { products: 3e8, fewest: 200, most: 2000 },
};
/** Sequences between two breaths. */
const BREATH = 20;
/** Longest n-grams of BLEU. */
const ORDER = 4;

type Breathe = () => Promise<void>;

/** Sequences -> logits of being data. */
export type Verdicts = (sequences: readonly Int32Array[]) => Promise<Float32Array>;

interface Asked {
  readonly split: Split;
  readonly mode: 'quick' | 'full';
  readonly breathe: Breathe;
}

/** Sequences that are drawn, or looked at of a split. */
export function judgedCount(
  { embeddingSize, hiddenUnits }: Pick<TextGanConfig, 'embeddingSize' | 'hiddenUnits'>,
  { length, names }: Pick<SequenceData, 'length' | 'names'>,
  mode: 'quick' | 'full',
): number {
  const { products, fewest, most } = LIMITS[mode];
  const each = length * hiddenUnits * (names.length + 4 * (hiddenUnits + embeddingSize));
  return Math.round(Math.min(most, Math.max(fewest, products / each)));
}

/** Sequences that the law draws, the same for the same law. */
export async function drawMany(
  model: SequenceModel,
  length: number,
  count: number,
  breathe: Breathe,
): Promise<DrawnSequence[]> {
  const random = draws(fold(EVALUATION_KEY, 'sequences'));
  const drawn: DrawnSequence[] = [];
  for (let n = 0; n < count; n++) {
    drawn.push(drawSequence(model, length, random));
    if (n % BREATH === 0) await breathe();
  }
  return drawn;
}

/** Mean of -ln p per token of given sequences, in nats. */
async function nllOf(
  model: SequenceModel,
  sequences: readonly Int32Array[],
  breathe: Breathe,
): Promise<number> {
  let sum = 0;
  for (const [n, tokens] of sequences.entries()) {
    sum -= sumOf(logChancesOf(model, tokens)) / tokens.length;
    if (n % BREATH === 0) await breathe();
  }
  return sum / sequences.length;
}

function sumOf(values: Float64Array): number {
  return values.reduce((all, one) => all + one, 0);
}

export class TextGanEvaluation {
  readonly #config: TextGanConfig;
  readonly #data: SequenceData;
  readonly #oracle: SequenceModel | null;
  /** Whether it has been said that the generator has collapsed. */
  #said = false;
  /** What was drawn last: the splits are judged one after another, at the same parameters. */
  #drawn: {
    readonly parameters: readonly NamedTensorData[];
    readonly sequences: readonly DrawnSequence[];
  } | null = null;

  constructor(config: TextGanConfig, data: SequenceData) {
    this.#config = config;
    this.#data = data;
    this.#oracle = oracleOf(config);
  }

  /** `ProblemInstance.evaluate`. @param verdicts of the discriminator; null: there is none */
  async figures(
    parameters: readonly NamedTensorData[],
    verdicts: Verdicts | null,
    { split, mode, breathe }: Asked,
  ): Promise<Readonly<Record<string, number>>> {
    const { length } = this.#data;
    const model = plainGenerator(this.#config, parameters);
    const count = judgedCount(this.#config, this.#data, mode);
    const real = someSequences(this.#data, split, count);
    const nll = await nllOf(model, real, breathe);
    if (split === 'train' && verdicts === null) return { hardTrainNll: nll, hardTrainLoss: nll };
    const drawn = await this.#draw(model, parameters, count, breathe);
    const made = drawn.map(({ tokens }) => tokens);
    const ofMade = await verdicts?.(made);
    if (split === 'train') return { hardTrainNll: nll, hardTrainLoss: this.#loss(ofMade!) };
    const accuracy = verdicts && shareRight(await verdicts(real), ofMade!);
    return {
      [splitName('hard', split, 'Nll')]: nll,
      [splitName('', split, 'Bleu')]: meanBleu(made, countReferences(real, Math.min(ORDER, length))),
      ...(accuracy !== null && { [splitName('', split, 'DiscriminatorAccuracy')]: accuracy }),
      // What is of no split comes with validation, as that comes with every evaluation.
      ...(split === 'validation' && (await this.#ofGenerator(model, drawn, breathe))),
    };
  }

  async #draw(
    model: SequenceModel,
    parameters: readonly NamedTensorData[],
    count: number,
    breathe: Breathe,
  ): Promise<readonly DrawnSequence[]> {
    const known = this.#drawn;
    if (known?.sequences.length === count && areSame(known.parameters, parameters)) return known.sequences;
    const sequences = await drawMany(model, this.#data.length, count, breathe);
    this.#drawn = { parameters, sequences };
    return sequences;
  }

  /** What the generator lowers, of sequences that it draws. */
  #loss(logits: Float32Array): number {
    const { method } = this.#config;
    if (method.kind === 'likelihood') throw new Error('no discriminator judges a run of maximum likelihood');
    const losses = logits.map((logit) => (method.reward === 'log' ? softplus(-logit) : sigmoid(-logit)));
    return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }

  async #ofGenerator(model: SequenceModel, drawn: readonly DrawnSequence[], breathe: Breathe) {
    const { length } = this.#data;
    const made = drawn.map(({ tokens }) => tokens);
    const exact =
      this.#oracle !== null && model.symbols ** length <= MOST_LEAVES
        ? exactFigures(this.#oracle, model, length)
        : null;
    const variety = varietyOf(made, someSequences(this.#data, 'train', made.length));
    this.#tell(hasCollapsed(variety), () => collapseInWords(variety, this.#data));
    const entropy = drawn.reduce((sum, { logs }) => sum - sumOf(logs), 0) / drawn.length / length;
    return {
      ...(this.#oracle !== null && { oracleNll: await nllOf(this.#oracle, made, breathe) }),
      generatorEntropy: entropy,
      ...exact,
      ...Object.fromEntries(
        [1, 2, 3].flatMap((n) => (n > length ? [] : [[`distinct${n}`, distinctShare(made, n)]])),
      ),
      selfBleu: selfBleu(made, Math.min(ORDER, length)),
      different: variety.different / variety.count,
      collapsed: Number(hasCollapsed(variety)),
    };
  }

  #tell(collapsed: boolean, words: () => string): void {
    if (collapsed && !this.#said) this.#data.notices.warn(words());
    this.#said = collapsed;
  }
}

function areSame(one: readonly NamedTensorData[], other: readonly NamedTensorData[]): boolean {
  return one.every(({ data }, n) => data.every((value, i) => value === other[n]!.data[i]));
}

/** Real ones with D above a half, and generated ones below, half and half. */
function shareRight(ofReal: Float32Array, ofMade: Float32Array): number {
  const share = (logits: Float32Array, sign: number) =>
    logits.filter((logit) => sign * logit > 0).length / logits.length;
  return (share(ofReal, 1) + share(ofMade, -1)) / 2;
}

/** Sequences that the discriminator reads at once. */
const CHUNK = 250;

/** The discriminator's verdicts, on the backend. */
export function judgeOf(config: TextGanConfig, parameters: Tensors): Verdicts {
  const judge = discriminatorOf(config, parameters);
  const symbols = parameters['discriminatorEmbedding']!.shape[0];
  return async (sequences) => {
    const logits = new Float32Array(sequences.length);
    for (let from = 0; from < sequences.length; from += CHUNK) {
      const some = sequences.slice(from, from + CHUNK);
      const found = tf.tidy(() =>
        judge(
          Array.from(some[0]!, (_, t) => {
            const tokens = Int32Array.from(some, (sequence) => sequence[t]!);
            return tf.cast(tf.oneHot(tf.tensor1d(tokens, 'int32'), symbols), 'float32') as tf.Tensor2D;
          }),
        ),
      );
      logits.set(await found.data<'float32'>(), from);
      found.dispose();
    }
    return logits;
  };
}
