/**
 * What a word is predicted from, as numbers of words and their weights. The vector of a context h is q_h = sum_j weight_j (p_j *) u_j
 * over its words j, u_j their vectors: skip-gram has one word of weight 1, cbow the neighbours with 1 / their number, the log-bilinear
 * model the words before with 1, each multiplied number by number by the vector p of its distance.
 * Source: Mikolov et al., "Efficient Estimation of Word Representations in Vector Space", ICLR 2013 workshop, sections 3.1 and 3.2; Mnih,
 * Kavukcuoglu, "Learning word embeddings efficiently with noise-contrastive estimation", NIPS 2013, section 2 (vLBL, position
 * weights as vectors).
 */
import type { Split } from '../../../shared/split.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { stretchAround, type Corpus } from '../../text/corpus.ts';
import { contextSize, type NoiseContrastiveConfig } from './config.ts';
import { neighbourhood } from './word-data.ts';

type Shape = Pick<NoiseContrastiveConfig, 'model' | 'window'>;

/** Contexts of B rows. */
export interface Contexts {
  /** Words of each, [B, C]; where there is none, word 0 with the weight 0. */
  readonly words: Int32Array;
  /** [B, C] */
  readonly weights: Float32Array;
  /** The word that bigram noise goes by, [B]: the one before, of skip-gram the context itself; -1: there is none. */
  readonly given: Int32Array;
}

export interface WordBatch extends Contexts {
  /** The words that are predicted, [B]. */
  readonly targets: Int32Array;
}

/** Values of a random integer that picks a neighbour: far more than a window has. */
const PICKS = 2 ** 20;

/** Places of the training text, each equally likely; of skip-gram, one of a place's neighbours, each equally likely. */
export function drawWords(shape: Shape, { train }: Corpus, key: Key, batch: number): WordBatch {
  const places = randomIntegers(fold(key, 'places'), batch, train.tokens.length);
  if (shape.model !== 'skip-gram')
    return { ...contextsAt(shape, train, places), targets: places.map((place) => train.tokens[place]!) };
  const picks = randomIntegers(fold(key, 'neighbours'), batch, PICKS);
  const targets = places.map((place, b) => {
    const [from, to] = neighbourhood(train, place, shape.window);
    const n = from + Math.floor((picks[b]! * (to - from - 1)) / PICKS);
    return train.tokens[n < place ? n : n + 1]!;
  });
  return { ...contextsAt(shape, train, places), targets };
}

/** The contexts of these places. */
export function contextsAt(shape: Shape, stretches: Corpus[Split], places: Int32Array): Contexts {
  const { tokens } = stretches;
  const { model, window } = shape;
  const size = contextSize(shape);
  const words = new Int32Array(places.length * size);
  const weights = new Float32Array(places.length * size);
  const given = new Int32Array(places.length);
  places.forEach((place, b) => {
    if (model === 'skip-gram') {
      words[b] = given[b] = tokens[place]!;
      weights[b] = 1;
      return;
    }
    const [first] = stretchAround(stretches, place);
    given[b] = place > first ? tokens[place - 1]! : -1;
    if (model === 'cbow') {
      const [from, to] = neighbourhood(stretches, place, window);
      let slot = b * size;
      for (let n = from; n < to; n++) {
        if (n === place) continue;
        words[slot] = tokens[n]!;
        weights[slot++] = 1 / (to - from - 1);
      }
      return;
    }
    for (let distance = 1; distance <= window && place - distance >= first; distance++) {
      words[b * size + distance - 1] = tokens[place - distance]!;
      weights[b * size + distance - 1] = 1;
    }
  });
  return { words, weights, given };
}
