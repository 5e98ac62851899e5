/**
 * A confident classifier as an instance. f is a loss of each row of a minibatch, in nats, to be lowered:
 *
 * f = -ln p(y | x) + beta KL(U || p(. | x~)),  x inside, x~ an outlier, U the uniform law of the classes      equation 1
 *
 * With a generator, x~ = G(noise), and two more terms train what makes x~. Their value in f is 0 and their gradients are those of
 *
 *   for D:  -ln D(x) - ln(1 - D(x~))
 *   for G:  beta KL(U || p(. | x~)) + ln(1 - D(x~)),  or - ln D(x~)                                           equations 3 and 4
 *
 * each for its own parameters alone, as in the three updates of algorithm 1.
 * Source: Lee, Lee, Lee, Shin, "Training Confidence-calibrated Classifiers for Detecting Out-of-Distribution Samples", ICLR 2018,
 * equations 1, 3, 4 and algorithm 1; -ln D(x~): Goodfellow et al., "Generative Adversarial Nets", NIPS 2014, section 3. Differs from
 * source: the three gradients are taken at the same parameters, of one minibatch, and applied together, and the discriminator sees how
 * far the rows of a minibatch lie apart (`networks.ts`).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { NoChoice } from '../../core/choice.ts';
import { stopGradient } from '../../core/gradient-flow.ts';
import type { ProblemInstance, StepInput } from '../../core/problem.ts';
import { imageBatches } from '../../images/minibatch.ts';
import { crossEntropy, klFromUniform } from '../../networks/cross-entropy.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { fold, type Key } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import { evaluateConfident } from './evaluate.ts';
import { createParameters, held, networksOf, type Parameters } from './networks.ts';
import { outliersOf } from './outliers.ts';

export function createConfidentInstance(
  config: ConfidentConfig,
  data: ConfidentData,
  init: Key,
): ProblemInstance<NoChoice> {
  const { batch, klWeight } = config;
  const batches = imageBatches(data.inside);
  const outliers = outliersOf(config, data);
  const parameters = createParameters(config, data, init);
  const { classify } = networksOf(config, data.ground, parameters);
  const size = data.inside.height * data.inside.width;
  const judged = { config, data, batches, outliers, parameters };

  /** The terms beside the cross-entropy, [B] each. */
  const further = ({ key }: StepInput, x: tf.Tensor2D): readonly tf.Tensor1D[] => {
    if (config.outliers.kind === 'gan') {
      const noise = normal<tf.Rank.R2>(fold(key, 'noise'), [batch, config.outliers.latents]);
      return adversarialTerms(config, data, parameters, { x, noise });
    }
    if (outliers === null) return [];
    const { rows } = drawnTensors(fold(key, 'outliers'), (own) => ({
      rows: [outliers.minibatch(own, batch), [batch, size]],
    }));
    return [tf.mul(klFromUniform(classify(rows)), klWeight)];
  };
  return {
    parameters,
    ...{ kind: 'none', latents: 0, classes: 0 },
    valueScale: 1,
    step(input) {
      const { x, labels } = batches.minibatch(input.key, batch);
      const objective = {
        evaluate: () => tf.addN<tf.Tensor1D>([crossEntropy(classify(x), labels!), ...further(input, x)]),
      };
      return { temperature: 1, choice: { kind: 'none' }, objective };
    },
    evaluate: (split, mode, breathe) => evaluateConfident(judged, split, mode, breathe),
    dispose: () => tf.dispose(parameters),
  };
}

/** beta KL(U || p) of generated rows for the classifier, and the terms of value 0 for discriminator and generator. */
function adversarialTerms(
  config: ConfidentConfig,
  { ground }: ConfidentData,
  parameters: Parameters,
  { x, noise }: { readonly x: tf.Tensor2D; readonly noise: tf.Tensor2D },
): readonly tf.Tensor1D[] {
  const { klWeight, outliers } = config;
  const networks = networksOf(config, ground, parameters);
  const constant = networksOf(config, ground, held(parameters));
  const made = networks.generate(noise);
  const given = stopGradient(made);
  const classifier = tf.mul<tf.Tensor1D>(klFromUniform(networks.classify(given)), klWeight);
  // -ln D of a logit d is softplus(-d), and -ln(1 - D) is softplus(d).
  const discriminator = tf.add<tf.Tensor1D>(
    tf.softplus(tf.neg(networks.judge(x))),
    tf.softplus(networks.judge(given)),
  );
  const seen = constant.judge(made);
  const isSaturating = outliers.kind === 'gan' && outliers.loss === 'saturating';
  const fooling = isSaturating ? tf.neg(tf.softplus(seen)) : tf.softplus(tf.neg(seen));
  const generator = tf.add<tf.Tensor1D>(fooling, tf.mul(klFromUniform(constant.classify(made)), klWeight));
  return [classifier, slopeOf(discriminator), slopeOf(generator)];
}

/** Of value 0, with the gradient of x. */
function slopeOf(x: tf.Tensor1D): tf.Tensor1D {
  return tf.sub(x, stopGradient(x));
}
