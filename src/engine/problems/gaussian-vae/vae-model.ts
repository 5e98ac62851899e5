/**
 * The Gaussian VAE as an instance. f is the ELBO of an image at a code, in nats, to be maximised:
 *
 * f(z) = a log p(x | z) - beta KL,  KL = KL(q(z | x) || N(0, I)), or log q(z | x) - log p(z) at z
 *
 * With a = beta = 1, E f is the ELBO whichever form the KL has: the closed one is a part of f that does not depend on z; the sampled
 * one depends on the encoder's parameters beside z, and that part of its gradient, of mean 0, passes as the gradient of any
 * parameters of f does.
 *
 * Source: Kingma, Welling, "Auto-Encoding Variational Bayes", ICLR 2014, section 3 and appendix B. Differs from source: full
 * covariances, too; deviations by softplus, not exp; one deviation for all pixels of a Gaussian decoder, learned; the decoder's
 * last biases start at the pixels' means; no prior on the parameters.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ProblemInstance } from '../../core/problem.ts';
import type { ImageData } from '../../images/image-data.ts';
import { pixelMeans } from '../../images/independent-pixels.ts';
import { imageBatches } from '../../images/minibatch.ts';
import type { Key } from '../../random/key.ts';
import type { GaussianVaeConfig } from './config.ts';
import { klWeight } from '../vae-parts/config.ts';
import { evaluateVae } from './evaluate.ts';
import { createParameters, logPrior, networksOf, type VaeNetworks } from './networks.ts';

export function createVaeInstance(config: GaussianVaeConfig, data: ImageData, init: Key): ProblemInstance {
  const parameters = createParameters(config, startOf(config, data), init);
  const networks = networksOf(config, parameters);
  const batches = imageBatches(data);
  const { latents, kl, reconstruction } = config;
  return {
    parameters,
    kind: 'continuous',
    latents,
    // No number of values counts a continuous choice.
    classes: 0,
    valueScale: 1,
    step({ key, step, temperature }) {
      const weight = klWeight(config, { step });
      const { x } = batches.minibatch(key, config.batch);
      return { temperature, ...choiceOf(networks, x, { kl, weight, reconstruction }) };
    },
    evaluate: (split, mode, breathe) =>
      evaluateVae({ config, data, batches, parameters, networks }, split, mode, breathe),
    dispose: () => tf.dispose(parameters),
  };
}

function startOf({ likelihood }: GaussianVaeConfig, data: ImageData): number[] {
  const means = pixelMeans(data);
  return likelihood.kind === 'gaussian' ? means : means.map((mean) => Math.log(mean / (1 - mean)));
}

interface Weights {
  readonly kl: GaussianVaeConfig['kl'];
  /** Of the KL term. */
  readonly weight: number;
  readonly reconstruction: number;
}

/** Choice and f of images [B, P]. */
function choiceOf(networks: VaeNetworks, x: tf.Tensor2D, { kl, weight, reconstruction }: Weights) {
  const posterior = networks.encode(x);
  const { choice } = posterior;
  const closed = weight > 0 && kl === 'closed' ? tf.mul<tf.Tensor1D>(posterior.kl(), -weight) : undefined;
  return {
    choice,
    objective: {
      relaxable: true,
      evaluate(at: tf.Tensor): tf.Tensor1D {
        const z = at as tf.Tensor2D;
        const parts: tf.Tensor1D[] = [];
        // A term without weight is left out: times 0 it might still be no number.
        if (reconstruction > 0)
          parts.push(tf.mul(networks.logLikelihood(x, networks.decode(z)), reconstruction));
        if (closed !== undefined) parts.push(closed);
        else if (weight > 0) {
          const sampled = tf.sub(logPrior(z), choice.distribution.logProb(choice.parameters, z));
          parts.push(tf.mul(sampled, weight));
        }
        return parts.length === 0 ? tf.mul(tf.sum<tf.Tensor1D>(z, 1), 0) : tf.addN(parts);
      },
    },
  };
}
