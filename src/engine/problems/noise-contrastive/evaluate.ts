/**
 * A model of words judged in doubles: its exact negative log-likelihood, by the sum over the whole vocabulary, how far Z is from 1, and
 * how its scores go with PMI and with what people say of words.
 */
import type { NamedTensorData } from '../../core/named-tensor.ts';
import { correlation } from '../../statistics/correlation.ts';
import type { Split } from '../../../shared/split.ts';
import { selfNormalised, type NoiseContrastiveConfig } from './config.ts';
import { contextsAt } from './contexts.ts';
import { named } from './metrics.ts';
import { unigramLaw } from './noise.ts';
import { placesOf, plainWords, singleWords, type PlainWords } from './plain-words.ts';
import { neighbourhood, type PairLaw, type WordData } from './word-data.ts';
import { analogyAccuracy, similarityOf, unitRows } from './word-tasks.ts';

/** Products that an evaluation makes, while training goes on and at the end: some tenths of a second and some seconds. */
const PRODUCTS = { quick: 2e8, full: 4e9 };
/** Places of a split that are judged in any case. */
const FEWEST_PLACES = 200;
/** Products between two breaths. */
const BREATH = 2e7;
/** Analogies that are judged at most. */
const MOST_ANALOGIES = 1000;

/** What is seen of a model at places of a split, each counted once. */
export interface SeenWords {
  /** Mean of -ln p of the words that are predicted, in nats. */
  readonly nll: number;
  /** The same of softmax of the scores as they are; null: it is the same. */
  readonly scoreNll: number | null;
  /** ln Z of each place's context. */
  readonly logZ: Float64Array;
}

/** @param places of the split */
export async function seeWords(
  config: NoiseContrastiveConfig,
  { corpus }: WordData,
  model: PlainWords,
  split: Split,
  places: Int32Array,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<SeenWords> {
  const stretches = corpus[split];
  const { tokens } = stretches;
  const contexts = contextsAt(config, stretches, places);
  const plain = config.loss.kind === 'negative-sampling';
  const logZ = new Float64Array(places.length);
  const logs = new Float64Array(model.words);
  const scores = new Float64Array(model.words);
  // Of skip-gram, places of the same word have the same context.
  const order = places.map((_, row) => row);
  if (config.model === 'skip-gram') order.sort((a, b) => contexts.words[a]! - contexts.words[b]!);
  let [nll, scoreNll, before, sum, scoreSum, done] = [0, 0, -1, 0, 0, 0];
  for (const row of order) {
    const same =
      config.model === 'skip-gram' && before !== -1 && contexts.words[before] === contexts.words[row];
    if (!same) {
      sum = model.logsOf(contexts, row, logs);
      if (plain) scoreSum = model.scoresOf(contexts, row, scores);
      done += model.words * model.size;
    }
    before = row;
    logZ[row] = sum;
    const place = places[row]!;
    const [from, to] =
      config.model === 'skip-gram' ? neighbourhood(stretches, place, config.window) : [place, place + 1];
    const share = config.model === 'skip-gram' ? 1 / (to - from - 1) : 1;
    for (let n = from; n < to; n++) {
      if (config.model === 'skip-gram' && n === place) continue;
      nll += share * (sum - logs[tokens[n]!]!);
      if (plain) scoreNll += share * (scoreSum - scores[tokens[n]!]!);
    }
    if (done < BREATH) continue;
    done = 0;
    await breathe();
  }
  return { nll: nll / places.length, scoreNll: plain ? scoreNll / places.length : null, logZ };
}

/** Places of a split that are judged. */
export function judgedPlaces(
  { corpus }: WordData,
  { words, size }: Pick<PlainWords, 'words' | 'size'>,
  split: Split,
  mode: 'quick' | 'full',
): Int32Array {
  return placesOf(corpus[split], Math.max(FEWEST_PLACES, PRODUCTS[mode] / (words * size)));
}

/** `ProblemInstance.evaluate` */
export async function evaluateWords(
  config: NoiseContrastiveConfig,
  data: WordData,
  parameters: readonly NamedTensorData[],
  split: Split,
  mode: 'quick' | 'full',
  breathe?: () => Promise<void>,
): Promise<Readonly<Record<string, number>>> {
  const model = plainWords(config, data.corpus, parameters);
  const places = judgedPlaces(data, model, split, mode);
  const { nll, scoreNll, logZ } = await seeWords(config, data, model, split, places, breathe);
  const mean = logZ.reduce((sum, one) => sum + one, 0) / logZ.length;
  const variance = logZ.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logZ.length;
  return {
    [named(split, 'Nll')]: nll,
    ...(scoreNll === null ? {} : { [named(split, 'ScoreNll')]: scoreNll }),
    [named(split, 'LogZ')]: mean,
    [named(split, 'LogZDeviation')]: Math.sqrt(variance),
    ...(split === 'validation' ? ofNoSplit(config, data, model) : {}),
    ...(split === 'test' && data.analogies !== null
      ? {
          analogyAccuracy: analogyAccuracy(
            data.analogies,
            unitRows(model.input, model.size),
            model.size,
            MOST_ANALOGIES,
          ),
        }
      : {}),
  };
}

/** What the parameters alone say. */
function ofNoSplit(
  config: NoiseContrastiveConfig,
  { corpus, pairs, similarity }: WordData,
  model: PlainWords,
): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  if (pairs !== null) {
    const { known, learned } = learnedPmi(config, corpus, pairs, model);
    const r = correlation(known, learned);
    if (r !== null) found['pmiCorrelation'] = r;
  }
  if (similarity !== null) {
    const r = similarityOf(similarity, model.input, model.size);
    if (r !== null) found['wordSimilarity'] = r;
  }
  return found;
}

/** PMI of pairs as the model has it, ln p(w | c) - ln p(w), beside what is known of them. */
export function learnedPmi(
  config: NoiseContrastiveConfig,
  corpus: WordData['corpus'],
  { words, pmi }: PairLaw,
  model: PlainWords,
): { readonly known: Float64Array; readonly learned: Float64Array; readonly places: Int32Array } {
  const unigram = unigramLaw(corpus);
  const contexts = singleWords(
    config,
    Int32Array.from({ length: words }, (_, word) => word),
  );
  const logs = new Float64Array(model.words);
  const [known, learned, places]: [number[], number[], number[]] = [[], [], []];
  for (let c = 0; c < words; c++) {
    const logZ = model.logsOf(contexts, c, logs);
    const divided = selfNormalised(config.loss) ? 0 : logZ;
    for (let w = 0; w < words; w++) {
      const own = pmi[c * words + w]!;
      if (Number.isNaN(own)) continue;
      known.push(own);
      learned.push(logs[w]! - divided - Math.log(unigram[w]!));
      places.push(c * words + w);
    }
  }
  return {
    known: Float64Array.from(known),
    learned: Float64Array.from(learned),
    places: Int32Array.from(places),
  };
}
