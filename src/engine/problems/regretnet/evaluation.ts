/** Revenue and regret of the trained auction, measured in doubles at the lies that `lie-search.ts` finds. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { fold, rootKey } from '../../random/key.ts';
import type { RegretnetConfig } from './config.ts';
import { dealsOf, outputsFor, utility, type HostLayer, type HostNetworks } from './hard-mechanism.ts';
import { searchLies, type Lies } from './lie-search.ts';
import { TRAINING_PROFILES, type HardResult, type MechanismResult } from './hard-result.ts';
import { splitMetrics } from './metrics.ts';
import type { Profiles, RegretnetData } from './profiles.ts';

/** Of every random lie of an evaluation; the same lies are tried at every step of every run. */
const SEARCH_KEY = rootKey(20_261_121);

export interface Trained {
  readonly config: RegretnetConfig;
  readonly data: RegretnetData;
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  readonly multipliers: tf.Variable;
}

export async function evaluateNetworks(
  { config, data, parameters, multipliers }: Trained,
  which: Split,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Readonly<Record<string, number>>> {
  const networks = await hostNetworks(parameters);
  const profiles = data.split[which];
  const count = which === 'train' ? Math.min(TRAINING_PROFILES, profiles.count) : profiles.count;
  const search = which === 'test' ? config.testSearch : config.search;
  const searched = Math.min(search.profiles, count);
  const lies = await searchLies(
    { networks, data, profiles, breathe },
    searched,
    search,
    fold(SEARCH_KEY, which),
  );
  const result = judge(networks, data, profiles, count, lies);
  return splitMetrics(which, result, data.valueScale, Array.from(await multipliers.data()));
}

/**
 * Everything in doubles: outcomes of the first `count` profiles at the truth, and gains of the lies, which cover the first of
 * these profiles.
 */
export function judge(
  networks: HostNetworks,
  data: RegretnetData,
  profiles: Profiles,
  count: number,
  lies: Lies,
): HardResult {
  const { bidders, items } = data;
  const size = bidders * items;
  const searched = lies.lottery.length / size;
  const totals = {
    lottery: { revenue: 0, welfare: 0, gains: new Float64Array(bidders), largestRegret: 0 },
    hard: { revenue: 0, welfare: 0, gains: new Float64Array(bidders), largestRegret: 0 },
  };
  let irViolations = 0;
  for (let b = 0; b < count; b++) {
    const bids = Float64Array.from(profiles.values.subarray(b * size, (b + 1) * size));
    const outputs = outputsFor(networks, bids);
    for (let i = 0; i < bidders; i++) {
      const own = (b * bidders + i) * items;
      const values = profiles.values.subarray(own, own + items);
      const truth = dealsOf(outputs, i, values, values, data);
      for (const mechanism of ['lottery', 'hard'] as const) {
        const total = totals[mechanism];
        const { value, payment } = truth[mechanism];
        if (payment > value) irViolations += 1;
        total.revenue += payment;
        total.welfare += value;
        if (b >= searched) continue;
        const lie = lies[mechanism].subarray(own, own + items);
        const lied = Float64Array.from(bids);
        lied.set(lie, i * items);
        const gained = dealsOf(outputsFor(networks, lied), i, lie, values, data)[mechanism];
        const gain = utility(gained) - utility(truth[mechanism]);
        total.gains[i]! += Math.max(0, gain);
        total.largestRegret = Math.max(total.largestRegret, gain);
      }
    }
  }
  const result = ({ revenue, welfare, gains, largestRegret }: typeof totals.hard): MechanismResult => ({
    revenue: revenue / count,
    welfare: welfare / count,
    regrets: Array.from(gains, (gain) => gain / searched),
    largestRegret,
  });
  return { lottery: result(totals.lottery), hard: result(totals.hard), irViolations };
}

/** The parameters as they are. */
export async function hostNetworks(parameters: Readonly<Record<string, tf.Variable>>): Promise<HostNetworks> {
  const network = async (name: string): Promise<HostLayer[]> => {
    const layers: HostLayer[] = [];
    for (let depth = 1; ; depth++) {
      const [weights, biases] = ['Weights', 'Biases'].map((part) => parameters[`${name}${part}${depth}`]);
      if (weights === undefined || biases === undefined) return layers;
      const [inputs = 0, outputs = 0] = weights.shape;
      layers.push({
        inputs,
        outputs,
        weights: Float32Array.from(await weights.data()),
        biases: Float32Array.from(await biases.data()),
      });
    }
  };
  return { allocation: await network('allocation'), payment: await network('payment') };
}
