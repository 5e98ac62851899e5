/**
 * The discrete VAE as an instance. f is the ELBO of an image at a code, in nats, summed over pixels and latents, to be maximised:
 *
 * one layer:  f(z) = log p(x | z) - beta KL,  KL = KL(q(z | x) || p(z)), or log q(z | x) - log p(z) at z
 * two layers: f(z1, z2) = log p(x | z1) - beta KL, a cost for each stage (`parts`)
 *
 * E f is the ELBO whichever form the KL has: the closed one is a part of f that does not depend on z (of two layers, on z2); the
 * sampled one depends on the encoder's parameters beside z, and that part of its gradient, of mean 0, passes as the gradient of any
 * parameters of f does.
 *
 * Source: Kingma, Welling, "Auto-Encoding Variational Bayes", ICLR 2014, section 2.2; two layers: Tucker, Mnih, Maddison, Lawson,
 * Sohl-Dickstein, "REBAR", NIPS 2017, section 5.2. Differs from source: images are not centred, and the decoder's last biases start
 * at the pixels' means.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { AnyProblemInstance, StepInput } from '../../core/problem.ts';
import type { Choice } from '../../core/choice.ts';
import type { ImageData } from '../../images/image-data.ts';
import { pixelMeans } from '../../images/independent-pixels.ts';
import { imageBatches } from '../../images/minibatch.ts';
import { bernoulliLogLikelihood } from '../../kernels/bernoulli-likelihood.ts';
import type { Key } from '../../random/key.ts';
import { klWeight } from '../vae-parts/config.ts';
import { klDivergence, logMass, logPrior, negativeEntropy } from './code-law.ts';
import type { DiscreteVaeConfig } from './config.ts';
import { evaluateVae } from './evaluate.ts';
import { allCodes } from './exact-likelihood.ts';
import { createParameters, networksOf, type VaeNetworks } from './networks.ts';

export function createVaeInstance(config: DiscreteVaeConfig, data: ImageData, init: Key): AnyProblemInstance {
  const parameters = createParameters(config, pixelMeans(data), init);
  const networks = networksOf(config, parameters);
  const batches = imageBatches(data);
  const { kind, latents, classes } = networks;
  const common = {
    parameters,
    kind,
    latents,
    classes,
    valueScale: 1,
    evaluate: (
      split: 'train' | 'validation' | 'test',
      mode: 'quick' | 'full',
      breathe?: () => Promise<void>,
    ) => evaluateVae({ config, data, batches, networks }, split, mode, breathe),
    dispose: () => tf.dispose(parameters),
  };
  const minibatch = ({ key }: StepInput) => batches.minibatch(key, config.batch).x;
  if (config.layers === 1) {
    return {
      ...common,
      step: (input) => ({
        temperature: input.temperature,
        ...oneLayer(networks, minibatch(input), klTerm(config, input)),
      }),
    } satisfies AnyProblemInstance;
  }
  const sizes = { latents, classes };
  return {
    ...common,
    stages: [sizes, sizes],
    step: (input) => ({
      temperature: input.temperature,
      ...twoLayers(networks, minibatch(input), klTerm(config, input)),
    }),
  } satisfies AnyProblemInstance;
}

/** How the KL term enters f. */
interface KlTerm {
  readonly form: DiscreteVaeConfig['kl'];
  /** In nats for nats. */
  readonly weight: number;
}

function klTerm(config: DiscreteVaeConfig, input: StepInput): KlTerm {
  return { form: config.kl, weight: klWeight(config, input) };
}

/** Choice and f of images [B, P]. */
function oneLayer(networks: VaeNetworks, x: tf.Tensor2D, { form, weight }: KlTerm) {
  const { kind, priorLogits } = networks;
  const logits = networks.encode(x);
  const closed = form === 'closed' ? tf.mul(klDivergence(kind, logits, priorLogits), weight) : undefined;
  return {
    choice: { kind, logits } as Choice,
    objective: {
      relaxable: true,
      ...(networks.latents === 1 &&
        closed !== undefined && { enumerate: () => everyValue(networks, x, closed) }),
      evaluate(z: tf.Tensor) {
        const likelihood = bernoulliLogLikelihood(x, networks.decode(z));
        const kl = closed ?? tf.mul(tf.sub(logMass(kind, logits, z), logPrior(kind, priorLogits, z)), weight);
        return tf.sub<tf.Tensor1D>(likelihood, kl);
      },
    },
  };
}

/** f at every value of a code of one latent, [B, K]: the decoder sees each value once, whatever B is. */
function everyValue(networks: VaeNetworks, x: tf.Tensor2D, kl: tf.Tensor): tf.Tensor2D {
  const pixels = networks.decode(allCodes(networks));
  const likelihood = tf.sub(tf.matMul(x, pixels, false, true), tf.sum(tf.softplus(pixels), 1));
  return tf.sub<tf.Tensor2D>(likelihood, tf.expandDims(kl, 1));
}

/** The same of two layers. */
function twoLayers(networks: VaeNetworks, x: tf.Tensor2D, { form, weight }: KlTerm) {
  const { kind, priorLogits } = networks;
  const logits = networks.encode(x);
  const closed = form === 'closed' ? negativeEntropy(kind, logits) : undefined;
  /** Stage 1: all that z1 decides; stage 2: what z2 adds. */
  const parts = ([z1, z2]: readonly tf.Tensor[]): [tf.Tensor, tf.Tensor] => {
    const likelihood = bernoulliLogLikelihood(x, networks.decode(z1!));
    const top = networks.encodeTop(z1!);
    const fromTop = logMass(kind, networks.decodeTop(z2!), z1!);
    if (closed !== undefined) {
      const known = tf.add(closed, klDivergence(kind, top, priorLogits));
      return [tf.sub(likelihood, tf.mul(known, weight)), tf.mul(fromTop, weight)];
    }
    const ownTop = tf.sub(logPrior(kind, priorLogits, z2!), logMass(kind, top, z2!));
    return [
      tf.sub(likelihood, tf.mul(logMass(kind, logits, z1!), weight)),
      tf.mul(tf.add(fromTop, ownTop), weight),
    ];
  };
  return {
    choice: {
      kind: 'staged' as const,
      stageKind: kind,
      stages: 2,
      next: ([z1]: readonly tf.Tensor[]) => (z1 === undefined ? logits : networks.encodeTop(z1)),
    },
    objective: {
      relaxable: true,
      evaluate: (values: readonly tf.Tensor[]) => tf.add<tf.Tensor1D>(...parts(values)),
      costs: (values: readonly tf.Tensor[]) => tf.stack(parts(values), 1) as tf.Tensor2D,
    },
  };
}
