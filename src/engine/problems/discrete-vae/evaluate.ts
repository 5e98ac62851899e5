/**
 * The hard evaluation: codes drawn from q(z | x), one per image, nothing relaxed, weight 1 on the KL term, whatever training does.
 * Passes through the networks run on the backend in chunks; what is drawn depends on the image's place in its split alone.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { CHUNK, EVALUATION_KEY, judgedImages, type JudgedData } from '../../images/judged-images.ts';
import { fold, type Key } from '../../random/key.ts';
import { iwaeBound } from '../vae-parts/iwae.ts';
import {
  codeProbabilities,
  klDivergence,
  logMass,
  logPrior,
  negativeEntropy,
  sampleCode,
} from './code-law.ts';
import { bernoulliLogLikelihood } from '../../kernels/bernoulli-likelihood.ts';
import { CodeUse } from './code-use.ts';
import type { DiscreteVaeConfig } from './config.ts';
import { enumerable, exactLogLikelihood } from './exact-likelihood.ts';
import { hardMetrics, type HardResult } from './metrics.ts';
import type { VaeNetworks } from './networks.ts';

export interface Evaluated extends JudgedData {
  readonly config: DiscreteVaeConfig;
  readonly networks: VaeNetworks;
}

/** Images that a quick evaluation looks at, the first of the split. */
const QUICK_IMAGES = 500;

export async function evaluateVae(
  evaluated: Evaluated,
  split: Split,
  mode: 'quick' | 'full',
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<Readonly<Record<string, number>>> {
  const { data, config, networks } = evaluated;
  const count = mode === 'quick' ? Math.min(QUICK_IMAGES, data[split].count) : data[split].count;
  const use = new CodeUse(networks);
  const sums = { elbo: 0, kl: 0 };
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const key = fold(fold(EVALUATION_KEY, split), from);
    const parts = tf.tidy(() => hardParts(networks, judgedImages(evaluated, split, from, to), key));
    const [elbo, kl, ...codes] = await Promise.all(
      [parts.elbo, parts.kl, ...parts.codes, ...parts.means].map(async (tensor) => tensor.data<'float32'>()),
    );
    tf.dispose([parts.elbo, parts.kl, parts.codes, parts.means]);
    sums.elbo += elbo!.reduce((sum, x) => sum + x, 0);
    sums.kl += kl!.reduce((sum, x) => sum + x, 0);
    use.add(to - from, codes.slice(0, networks.layers), codes.slice(networks.layers));
    await breathe();
  }
  const result: HardResult = { elbo: sums.elbo / count, kl: sums.kl / count, ...use.result() };
  const exact =
    split !== 'train' && enumerable(config)
      ? await exactLogLikelihood(evaluated, split, count, breathe)
      : undefined;
  const iwae =
    split === 'test' && mode === 'full'
      ? await iwaeBound(
          evaluated,
          config.iwae,
          rowWidth(evaluated),
          (...input) => logWeights(networks, ...input),
          breathe,
        )
      : undefined;
  return hardMetrics(split, {
    ...result,
    ...(exact !== undefined && { logLikelihood: exact }),
    ...(iwae !== undefined && { iwae }),
  });
}

/**
 * Of images [B, P]: the ELBO at drawn codes and its KL part, [B] each; the codes and the probabilities of their values by layer.
 * KL is in closed form where that is known: of two layers, all but the log p(z1 | z2) of the drawn pair.
 */
export function hardParts(networks: VaeNetworks, x: tf.Tensor2D, key: Key) {
  const { kind, layers, priorLogits } = networks;
  const logits = networks.encode(x);
  const z1 = sampleCode(kind, logits, fold(key, 'z1'));
  const likelihood = bernoulliLogLikelihood(x, networks.decode(z1));
  const means = codeProbabilities(kind, logits);
  if (layers === 1) {
    const kl = klDivergence(kind, logits, priorLogits);
    return { elbo: tf.sub(likelihood, kl), kl, codes: [z1], means: [means] };
  }
  const top = networks.encodeTop(z1);
  const z2 = sampleCode(kind, top, fold(key, 'z2'));
  const kl = tf.sub(
    tf.add(negativeEntropy(kind, logits), klDivergence(kind, top, priorLogits)),
    logMass(kind, networks.decodeTop(z2), z1),
  );
  return {
    elbo: tf.sub(likelihood, kl),
    kl,
    codes: [z1, z2],
    means: [means, codeProbabilities(kind, top)],
  };
}

/** Numbers of a row in the widest tensor. */
function rowWidth({ config, data, networks }: Evaluated): number {
  return Math.max(data.height * data.width, networks.latents * networks.classes, config.hiddenUnits);
}

/** `LogWeights` of these networks. */
export function logWeights(networks: VaeNetworks, x: tf.Tensor2D, draws: number, key: Key): tf.Tensor {
  const { kind, layers, priorLogits } = networks;
  const repeated = <T extends tf.Tensor>(rows: T): T =>
    tf.tile(rows, [draws, ...rows.shape.slice(1).map(() => 1)]);
  const logits = repeated(networks.encode(x));
  const z1 = sampleCode(kind, logits, fold(key, 'z1'));
  const likelihood = bernoulliLogLikelihood(repeated(x), networks.decode(z1));
  const below = tf.sub(likelihood, logMass(kind, logits, z1));
  if (layers === 1) return tf.add(below, logPrior(kind, priorLogits, z1));
  const top = networks.encodeTop(z1);
  const z2 = sampleCode(kind, top, fold(key, 'z2'));
  return tf.addN([
    below,
    logMass(kind, networks.decodeTop(z2), z1),
    tf.sub(logPrior(kind, priorLogits, z2), logMass(kind, top, z2)),
  ]);
}
