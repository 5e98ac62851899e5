import { fold, rootKey } from '../../random/key.ts';
import type { ResultOf, StudyOf } from '../../../shared/sampling.ts';
import { gumbelMax, maximumCdf } from '../gumbel-max.ts';
import { GumbelStream } from '../gumbel-stream.ts';
import { logSoftmax, logSumExp } from '../../../shared/log-space.ts';
import { RunningMean } from '../running-mean.ts';

/** Equally likely parts of the maximum's law. */
const PARTS = 10;
/** An option gets a row of its own where this many draws are expected in each of its cells. */
const LEAST_EXPECTED = 5;

/** Draws by the Gumbel-max trick: how often which option, the maximum's mean, and both together. */
export function studyGumbelMax({ logits, samples, seed }: StudyOf<'gumbel-max'>): ResultOf<'gumbel-max'> {
  const noise = new GumbelStream(fold(rootKey(seed), 'gumbel-max'));
  const location = logSumExp(logits);
  const probabilities = logSoftmax(logits).map(Math.exp);
  const { rowOf, rows } = placeRows(probabilities, samples);
  const table = Array.from({ length: rows }, () => new Array<number>(PARTS).fill(0));
  const counts = new Array<number>(logits.length).fill(0);
  const maximum = new RunningMean();
  for (let i = 0; i < samples; i++) {
    const drawn = gumbelMax(logits, noise);
    counts[drawn.choice]! += 1;
    maximum.add(drawn.maximum);
    const part = Math.min(PARTS - 1, Math.floor(PARTS * maximumCdf(location, drawn.maximum)));
    table[rowOf[drawn.choice]!]![part]! += 1;
  }
  return { kind: 'gumbel-max', samples, probabilities, counts, location, maximum: maximum.summary, table };
}

/** The table's row of each option: rare ones share the last. */
function placeRows(probabilities: readonly number[], samples: number): { rowOf: number[]; rows: number } {
  let own = 0;
  const placed = probabilities.map((p) => (p * samples >= LEAST_EXPECTED * PARTS ? own++ : -1));
  const shared = placed.includes(-1);
  return { rowOf: placed.map((row) => (row === -1 ? own : row)), rows: shared ? own + 1 : own };
}
