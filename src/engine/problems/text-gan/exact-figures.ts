/** What a generator is worth against an oracle, summed over all sequences, where these are few. */
import { allLogChances, type SequenceModel } from './sequence-model.ts';

/** Sequences that are summed over, at most. */
export const MOST_LEAVES = 20_000;

/**
 * p the oracle's law, q the generator's; entropies and likelihoods in nats per token, divergences in nats per sequence.
 * klFromOracle KL(p || q), klToOracle KL(q || p), jensenShannon (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2, totalVariation
 * sum |p - q| / 2
 */
export function exactFigures(oracle: SequenceModel, generator: SequenceModel, length: number) {
  const p = allLogChances(oracle, length);
  const q = allLogChances(generator, length);
  const sums = { oracleNll: 0, generatorEntropy: 0, from: 0, to: 0, js: 0, variation: 0 };
  p.forEach((logP, n) => {
    const logQ = q[n]!;
    const [chance, own] = [Math.exp(logP), Math.exp(logQ)];
    const logM = Math.log((chance + own) / 2);
    sums.oracleNll -= own * logP;
    if (chance > 0) {
      sums.from += chance * (logP - logQ);
      sums.js += (chance * (logP - logM)) / 2;
    }
    if (own > 0) {
      sums.generatorEntropy -= own * logQ;
      sums.to += own * (logQ - logP);
      sums.js += (own * (logQ - logM)) / 2;
    }
    sums.variation += Math.abs(chance - own) / 2;
  });
  return {
    oracleNll: sums.oracleNll / length,
    generatorEntropy: sums.generatorEntropy / length,
    klFromOracle: sums.from,
    klToOracle: sums.to,
    jensenShannon: sums.js,
    totalVariation: sums.variation,
  };
}
