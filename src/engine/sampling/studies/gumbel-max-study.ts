import { fold, rootKey } from '../../random/key.ts';
import type { ResultOf, StudyOf } from '../../../shared/sampling.ts';
import { gumbelMax, maximumCdf } from '../gumbel-max.ts';
import { GumbelStream } from '../gumbel-stream.ts';
import { belowLargest, logSoftmax, logSumExp } from '../../../shared/log-space.ts';
import { meanOf, RunningMoments } from '../../statistics/running-moments.ts';
import type { Study } from './study.ts';

/** Equally likely parts of the maximum's law. */
const PARTS = 10;
/** An option gets a row of its own where this many draws are expected in each of its cells. */
const LEAST_EXPECTED = 5;

/** Draws by the Gumbel-max trick: how often which option, the maximum's mean, and both together. */
export function studyGumbelMax({
  logits,
  samples: planned,
  seed,
}: StudyOf<'gumbel-max'>): Study<ResultOf<'gumbel-max'>> {
  const noise = new GumbelStream(fold(rootKey(seed), 'gumbel-max'));
  // Noise on logits of 1e16 would be rounded away, and softmax does not care about what they share.
  const shifted = belowLargest(logits);
  const shift = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const location = logSumExp(shifted);
  const probabilities = logSoftmax(logits).map(Math.exp);
  // A row for each option that will be frequent enough, and the last for the rest.
  const own = probabilities.flatMap((p, i) => (isFrequent(p, planned) ? [i] : []));
  const rowOf = new Int32Array(logits.length).fill(own.length);
  own.forEach((option, row) => (rowOf[option] = row));
  const cells = Array.from({ length: own.length + 1 }, () => new Array<number>(PARTS).fill(0));
  const counts = new Array<number>(logits.length).fill(0);
  const maximum = new RunningMoments(1);
  return {
    numbers: logits.length,
    draw() {
      const drawn = gumbelMax(shifted, noise);
      counts[drawn.choice]! += 1;
      maximum.add([drawn.maximum]);
      const part = Math.min(PARTS - 1, Math.floor(PARTS * maximumCdf(location, drawn.maximum)));
      cells[rowOf[drawn.choice]!]![part]! += 1;
    },
    result(samples) {
      // Of fewer draws than planned, fewer options are frequent.
      const tested = own.filter((option) => isFrequent(probabilities[option]!, samples));
      const alone = new Set<number | undefined>(tested);
      const together = sumOf(cells.filter((_, row) => !alone.has(own[row])));
      const rarely = probabilities.reduce((sum, p, option) => (alone.has(option) ? sum : sum + p), 0);
      const shown = isFrequent(rarely, samples);
      const { mean, standardError } = meanOf(maximum);
      return {
        kind: 'gumbel-max',
        samples,
        probabilities,
        counts: [...counts],
        location: shift + location,
        maximum: { mean: shift + mean, standardError },
        table: [...tested.map((option) => [...cells[rowOf[option]!]!]), ...(shown ? [together] : [])],
        rows: [...tested, ...(shown ? [null] : [])],
      };
    },
  };
}

function isFrequent(probability: number, samples: number): boolean {
  return probability * samples >= LEAST_EXPECTED * PARTS;
}

function sumOf(rows: readonly (readonly number[])[]): number[] {
  return Array.from({ length: PARTS }, (_, part) => rows.reduce((sum, row) => sum + row[part]!, 0));
}
