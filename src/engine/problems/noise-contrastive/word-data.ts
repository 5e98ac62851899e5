/** A text as the models of words have it: corpus, known law where it was generated, and what of it is judged. */
import { counted } from '../../../shared/counted.ts';
import { onSplits } from '../../../shared/baseline-name.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import { splits, type Split } from '../../../shared/split.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { fold, rootKey } from '../../random/key.ts';
import { loadText, stretchAround, subsampled, type Corpus, type Stretches } from '../../text/corpus.ts';
import type { NoiseContrastiveConfig } from './config.ts';
import { distanceShares, generateCorpus, windowLaw, type ChainLaw } from './generated-corpus.ts';
import { unigramLaw } from './noise.ts';
import { readAnalogies, readSimilarity, type Analogies, type Similarity } from './word-tasks.ts';

/** The host's clock, for the speed of a run: it is no part of what a seed determines, and so a member that nobody can list. */
export class Clock {
  readonly #now: () => number;
  constructor(now: () => number) {
    this.#now = now;
  }
  /** Milliseconds. */
  read(): number {
    return this.#now();
  }
}

/** Pairs of a word and a neighbour, by the law of the window or as they are counted. */
export interface PairLaw {
  /** The first so many words of the vocabulary, C. */
  readonly words: number;
  /** ln J(c, w) - ln p(c) p(w) at c C + w, [C, C]; NaN: the text does not have the pair often enough to say. */
  readonly pmi: Float64Array;
}

export interface WordData {
  readonly corpus: Corpus;
  /** Null: nobody knows the law of the text. */
  readonly truth: {
    readonly law: ChainLaw;
    /** J(c, w) of the window of skip-gram, [V, V]; null: another model. */
    readonly joint: Float64Array | null;
  } | null;
  /** Null: the model's contexts are not single words. */
  readonly pairs: PairLaw | null;
  readonly similarity: Similarity | null;
  readonly analogies: Analogies | null;
  readonly clock: Clock;
}

/** Words whose pairs are counted. */
const COUNTED_WORDS = 300;
/** Times that the training text has a pair before its PMI is taken for known. */
const KNOWN_PAIR = 5;
/** Rows of the preview. */
const PREVIEWED_WORDS = 30;
const PREVIEWED_TOKENS = 60;

/** @throws AppError that names file and line, or the config key */
export async function loadWordData(config: NoiseContrastiveConfig, host: EngineHost): Promise<WordData> {
  const { data, model, window, subsample } = config;
  const { corpus: whole, law } =
    data.kind === 'generated'
      ? await generateCorpus(data, host)
      : { corpus: await loadText(data, host), law: null };
  const corpus = subsample === null ? whole : thinned(whole, subsample, data.seed);
  const oneWord = model === 'skip-gram';
  const joint = law !== null && oneWord ? windowLaw(law, distanceShares(corpus.train, window)) : null;
  await host.breathe();
  return {
    corpus,
    truth: law === null ? null : { law, joint },
    pairs: !oneWord ? null : joint === null ? countedPairs(corpus, window) : knownPairs(law!, joint),
    similarity: config.similarity === null ? null : await readSimilarity(config.similarity, corpus, host),
    analogies: config.analogies === null ? null : await readAnalogies(config.analogies, corpus, host),
    clock: new Clock(() => host.now()),
  };
}

function thinned(corpus: Corpus, threshold: number, seed: number): Corpus {
  const key = fold(rootKey(seed), 'subsample');
  return { ...corpus, train: subsampled(corpus.train, corpus.counts, threshold, key) };
}

function knownPairs({ stationary }: ChainLaw, joint: Float64Array): PairLaw {
  const words = stationary.length;
  const pmi = joint.map((mass, n) =>
    Math.log(mass / (stationary[Math.floor(n / words)]! * stationary[n % words]!)),
  );
  return { words, pmi };
}

/** Every place counts once, shared evenly among its neighbours, as minibatches are drawn. */
function countedPairs({ train, names }: Corpus, window: number): PairLaw {
  const words = Math.min(COUNTED_WORDS, names.length);
  const mass = new Float64Array(words * words);
  const times = new Float64Array(words * words);
  const [first, second] = [new Float64Array(words), new Float64Array(words)];
  const { tokens } = train;
  forEachNeighbour(train, window, (place, neighbour, share) => {
    const [c, w] = [tokens[place]!, tokens[neighbour]!];
    if (c < words) first[c]! += share;
    if (w < words) second[w]! += share;
    if (c >= words || w >= words) return;
    mass[c * words + w]! += share;
    times[c * words + w]! += 1;
  });
  const all = tokens.length;
  const pmi = mass.map((own, n) =>
    times[n]! < KNOWN_PAIR
      ? Number.NaN
      : Math.log((own * all) / (first[Math.floor(n / words)]! * second[n % words]!)),
  );
  return { words, pmi };
}

/** @param each place, place of a neighbour, and 1 / number of neighbours that the place has */
function forEachNeighbour(
  stretches: Stretches,
  window: number,
  each: (place: number, neighbour: number, share: number) => void,
): void {
  for (let place = 0; place < stretches.tokens.length; place++) {
    const [from, to] = neighbourhood(stretches, place, window);
    for (let n = from; n < to; n++) if (n !== place) each(place, n, 1 / (to - from - 1));
  }
}

/** Places of a window, the place itself among them: [from, to), within the stretch. */
export function neighbourhood(
  stretches: Stretches,
  place: number,
  window: number,
): readonly [from: number, to: number] {
  const [from, to] = stretchAround(stretches, place);
  return [Math.max(from, place - window), Math.min(to, place + window + 1)];
}

/** ln p of the word at a place by the law that drew the text, in the context that the model has; null: nobody knows. */
export function trueLogChance(
  { model, window }: Pick<NoiseContrastiveConfig, 'model' | 'window'>,
  { truth, corpus }: WordData,
  split: Split,
  place: number,
): number | null {
  if (truth === null) return null;
  const { stationary, transition } = truth.law;
  const { tokens, starts } = corpus[split];
  const words = stationary.length;
  const word = tokens[place]!;
  if (model === 'skip-gram') {
    const [from, to] = neighbourhood(corpus[split], place, window);
    let sum = 0;
    for (let n = from; n < to; n++)
      if (n !== place) sum += Math.log(truth.joint![word * words + tokens[n]!]! / stationary[word]!);
    return sum / (to - from - 1);
  }
  const [from, to] = stretchAround({ tokens, starts }, place);
  const before = place > from ? tokens[place - 1]! : null;
  const after = model === 'cbow' && place + 1 < to ? tokens[place + 1]! : null;
  // Of a chain, the nearest words say all.
  const mass = (w: number) =>
    (before === null ? stationary[w]! : transition[before * words + w]!) *
    (after === null ? 1 : transition[w * words + after]!);
  let all = 0;
  for (let w = 0; w < words; w++) all += mass(w);
  return Math.log(mass(word) / all);
}

/** `ProblemDefinition.describe` */
export function describeWordData({ corpus, similarity, analogies }: WordData): string {
  const { source, names, strangers, train, validation, test } = corpus;
  const outside =
    strangers === 0 ? '' : `, ${(100 * strangers).toFixed(1)} % of the text outside of the vocabulary`;
  const tasks = [
    ...(similarity === null
      ? []
      : [` ${similarity.first.length} of ${counted(similarity.lines, 'word pair')} are in the vocabulary.`]),
    ...(analogies === null
      ? []
      : [
          ` ${analogies.words.length / 4} of ${counted(analogies.lines, 'analogy', 'analogies')} are in the vocabulary.`,
        ]),
  ];
  return `${source}: ${counted(names.length, 'word')} in the vocabulary${outside}; ${counted(train.tokens.length, 'word')} for training, ${validation.tokens.length} for validation, ${test.tokens.length} for testing.${tasks.join('')}`;
}

/** `ProblemDefinition.facts` */
export function wordFacts({
  corpus,
}: WordData): readonly { readonly label: string; readonly value: number }[] {
  return [
    { label: 'Words in the vocabulary', value: corpus.names.length },
    { label: 'Training words', value: corpus.train.tokens.length },
    { label: 'Validation words', value: corpus.validation.tokens.length },
    { label: 'Test words', value: corpus.test.tokens.length },
    { label: 'Outside of the vocabulary, %', value: 100 * corpus.strangers },
  ];
}

/** `ProblemDefinition.computeBaselines` */
export function wordBaselines(
  config: Pick<NoiseContrastiveConfig, 'model' | 'window'>,
  data: WordData,
): Readonly<Record<string, number>> {
  const logs = unigramLaw(data.corpus).map(Math.log);
  return onSplits(splits, (split) => {
    const stretches = data.corpus[split];
    const places = stretches.tokens.length;
    let unigram = 0;
    if (config.model === 'skip-gram')
      forEachNeighbour(stretches, config.window, (_place, n, share) => {
        unigram -= share * logs[stretches.tokens[n]!]!;
      });
    else for (const word of stretches.tokens) unigram -= logs[word]!;
    if (data.truth === null) return { unigram: unigram / places };
    let truth = 0;
    for (let place = 0; place < places; place++) truth -= trueLogChance(config, data, split, place)!;
    return { unigram: unigram / places, truth: truth / places };
  });
}

/** The commonest words, and how the training text begins: `ProblemDefinition.preview`. */
export function previewWords({ corpus }: WordData): Picture {
  const { names, counts, train } = corpus;
  const order = Array.from(names, (_, word) => word)
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, PREVIEWED_WORDS);
  return {
    note: '',
    facts: [],
    panels: [
      {
        kind: 'bars',
        title: 'Most common words',
        x: { label: 'word' },
        y: { label: 'share of the training text' },
        bins: { kind: 'names', names: order.map((word) => names[word]!.slice(0, 200)) },
        series: [{ label: 'share', values: order.map((word) => counts[word]! / train.tokens.length) }],
      },
      {
        kind: 'table',
        title: 'Beginning of the training text',
        columns: ['Place', 'Word', 'Times in the training text'],
        rows: Array.from(train.tokens.subarray(0, PREVIEWED_TOKENS), (word, place) => [
          place,
          names[word]!,
          counts[word]!,
        ]),
      },
    ],
  };
}
