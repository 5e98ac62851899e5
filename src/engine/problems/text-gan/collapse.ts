/** Whether a generator has collapsed: makes a few sequences again and again, where equally many of the data are varied. */
import { counted } from '../../../shared/counted.ts';
import { distinctCount, selfBleu } from '../../text/bleu.ts';
import { readable, type SequenceData } from './sequence-data.ts';

/** Share of what the data have, below which variety counts as lost. */
const LOST = 0.5;
/** Longest n-grams of self-BLEU. */
const ORDER = 4;

export interface Variety {
  /** Sequences that were generated, and as many of the data. */
  readonly count: number;
  /** Different ones among them. */
  readonly different: number;
  readonly differentOfData: number;
  /** Different pairs of neighbouring tokens. */
  readonly pairs: number;
  readonly pairsOfData: number;
  /** 0 where there is one sequence only. */
  readonly selfBleu: number;
  readonly selfBleuOfData: number;
  /** The commonest generated sequence, and how often it came. */
  readonly commonest: Int32Array;
  readonly times: number;
}

/** @param generated one sequence or more @param real of the data: as many of either are looked at as there are of both */
export function varietyOf(generated: readonly Int32Array[], real: readonly Int32Array[]): Variety {
  const count = Math.min(generated.length, real.length);
  const [made, given] = [generated.slice(0, count), real.slice(0, count)];
  const times = new Map<string, { times: number; readonly tokens: Int32Array }>();
  for (const tokens of made) {
    const known = times.get(tokens.join());
    if (known === undefined) times.set(tokens.join(), { times: 1, tokens });
    else known.times += 1;
  }
  const most = [...times.values()].reduce((best, one) => (one.times > best.times ? one : best));
  return {
    count,
    different: times.size,
    differentOfData: new Set(given.map((tokens) => tokens.join())).size,
    pairs: distinctCount(made, 2),
    pairsOfData: distinctCount(given, 2),
    selfBleu: repetition(made),
    selfBleuOfData: repetition(given),
    commonest: most.tokens,
    times: most.times,
  };
}

function repetition(sequences: readonly Int32Array[]): number {
  return sequences.length < 2 ? 0 : selfBleu(sequences, Math.min(ORDER, sequences[0]!.length));
}

export function hasCollapsed(variety: Variety): boolean {
  const { different, differentOfData, pairs, pairsOfData, selfBleu: own, selfBleuOfData } = variety;
  return (
    different < LOST * differentOfData || pairs < LOST * pairsOfData || 1 - own < LOST * (1 - selfBleuOfData)
  );
}

/** What a person should know of it. */
export function collapseInWords(variety: Variety, data: SequenceData): string {
  const { count, different, differentOfData, pairs, pairsOfData, commonest, times } = variety;
  const [own, ofData] = [variety.selfBleu.toFixed(3), variety.selfBleuOfData.toFixed(3)];
  const share = ((100 * times) / count).toFixed(0);
  return `The generator has collapsed: ${counted(different, 'different sequence')} among ${count}, ${counted(pairs, 'different pair')} of neighbours and self-BLEU ${own}, while as many sequences of the data have ${differentOfData}, ${pairsOfData} and ${ofData}. The most common one, "${readable(data, commonest).slice(0, 100)}", is ${share} % of them. Fewer adversarial steps, a smaller learningRate or more method.warmSteps may prevent it.`;
}
