/** What a toy's logits are worth, in doubles, without tensors. */
import { fillUniform } from '../../random/fill.ts';
import { rootKey } from '../../random/key.ts';
import type { DiscreteObjective } from '../../objectives/discrete-objective.ts';
import { sigmoid, softmax } from '../../../shared/log-space.ts';
import { MOST_ONE_HOT, expectation } from '../../objectives/expectation.ts';

/** Draws for E f where there are too many values to go through. */
export const SAMPLED_VALUES = 4096;
const SAMPLING_KEY = rootKey(20_260_101);

export interface ToyValues {
  /** E f; exact, or the mean of `SAMPLED_VALUES` draws with fixed noise. */
  readonly expectedValue: number;
  /** f of the most probable z. */
  readonly modeValue: number;
  /** Entropy of a choice in nats, mean over the D choices. */
  readonly entropy: number;
}

/** @param logits of one row */
export function evaluateToy(objective: DiscreteObjective, logits: readonly number[]): ToyValues {
  const exact = expectation(objective, logits);
  return {
    expectedValue: exact === undefined ? sampledMean(objective, logits) : exact.value,
    modeValue: objective.value(mode(objective, logits)),
    entropy: entropy(objective, logits),
  };
}

/** The smallest f where it can be told: over all values, or bit by bit. */
export function smallestValue(objective: DiscreteObjective): number | undefined {
  const { shape, additive, value } = objective;
  const { latents } = shape;
  if (shape.kind === 'categorical') {
    let least = Infinity;
    for (let k = 0; k < shape.classes; k++) least = Math.min(least, value([k]));
    return least;
  }
  const bits = new Array<number>(latents).fill(0);
  if (additive && latents <= MOST_ONE_HOT) {
    const none = value(bits);
    return bits.reduce((least, _, d) => {
      bits[d] = 1;
      const slope = value(bits) - none;
      bits[d] = 0;
      return least + Math.min(0, slope);
    }, none);
  }
  if (latents > 16) return undefined;
  let least = Infinity;
  for (let place = 0; place < 2 ** latents; place++) {
    least = Math.min(least, value(bits.map((_, d) => (place >>> (latents - 1 - d)) & 1)));
  }
  return least;
}

/** As the tensors have it: the first of equal logits, 0 for an even bit. */
function mode({ shape }: DiscreteObjective, logits: readonly number[]): number[] {
  if (shape.kind === 'bernoulli') return logits.map((logit) => Number(logit > 0));
  const best = logits.reduce((found, logit, k) => (logit > logits[found]! ? k : found), 0);
  return [best];
}

function entropy({ shape }: DiscreteObjective, logits: readonly number[]): number {
  const terms = (p: readonly number[]) => p.reduce((sum, pk) => (pk > 0 ? sum - pk * Math.log(pk) : sum), 0);
  if (shape.kind === 'categorical') return terms(softmax(logits));
  return logits.reduce((sum, logit) => sum + terms([sigmoid(logit), sigmoid(-logit)]), 0) / logits.length;
}

function sampledMean(objective: DiscreteObjective, logits: readonly number[]): number {
  const theta = logits.map(sigmoid);
  const noise = new Float32Array(SAMPLED_VALUES * theta.length);
  fillUniform(SAMPLING_KEY, noise);
  let sum = 0;
  for (let n = 0; n < SAMPLED_VALUES; n++) {
    sum += objective.value(theta.map((t, d) => Number(noise[n * theta.length + d]! < t)));
  }
  return sum / SAMPLED_VALUES;
}
