/**
 * The VQ-VAE as an instance. f is what training raises, in nats per image, of vectors z_1 .. z_M of the encoder and their codes e:
 *
 * nearest:     f = ln p(x | e_1 .. e_M) - commitment sum_m ||z_m - sg e_m||^2 - sum_m ||sg z_m - e_m||^2 (the last with codebook loss)
 *              e_m is the code nearest to z_m, and the decoder's gradient for e_m is z_m's
 * stochastic:  f(k_1 .. k_M) = ln p(x | e_k1 .. e_kM) - klWeight KL(q || uniform), q_m = softmax_k(-sharpness ||z_m - e_k||^2)
 *
 * The prior of the codes learns beside them: a term of f whose value is 0 and whose gradient is that of ln p(codes) for the prior's
 * own parameters alone, so that it changes neither the training value nor any other gradient.
 * Source: nearest: van den Oord, Vinyals, Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017, equations 2 and 3;
 * stochastic: Takida et al., "SQ-VAE", ICML 2022, section 3, with a sharpness shared by all positions. Differs from source: the prior is trained beside and not
 * afterwards, dead codes are restarted, and f has the units of a likelihood.
 */
import * as tf from '@tensorflow/tfjs-core';
import { detached, replaceForward, stopGradient } from '../../core/gradient-flow.ts';
import type { AnyProblemInstance, ProblemInstance, StepInput } from '../../core/problem.ts';
import type { NoChoice } from '../../core/choice.ts';
import type { ImageData } from '../../images/image-data.ts';
import { pixelMeans } from '../../images/independent-pixels.ts';
import { imageBatches, type ImageBatches } from '../../images/minibatch.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { uniform } from '../../random/noise.ts';
import {
  codeLogits,
  countUsage,
  createCodebookState,
  moveAverages,
  nearestCodes,
  restartDeadCodes,
  uniformKl,
  type Seen,
} from './codebook.ts';
import { createPriorParameters, priorOf } from './code-prior.ts';
import type { VqVaeConfig } from './config.ts';
import { evaluateVqVae } from './evaluate.ts';
import { createNetworkParameters, networksOf, type VqNetworks } from './networks.ts';

export function createVqVaeInstance(config: VqVaeConfig, data: ImageData, init: Key): AnyProblemInstance {
  const { quantiser, batch, positions, codes } = config;
  const batches = imageBatches(data);
  const parameters = createParameters(config, data, batches, init);
  const networks = networksOf(config, parameters);
  const prior = priorOf(config, parameters);
  const codebook = parameters['codebook'] as tf.Variable<tf.Rank.R2>;
  const averages = quantiser.kind === 'nearest' && quantiser.codebook === 'ema';
  const state = createCodebookState(codes, config.codeSize, averages);
  let seen: Seen | undefined;

  const forget = () => {
    if (seen !== undefined) tf.dispose([seen.vectors, seen.indices]);
    seen = undefined;
  };
  /** The encoder's vectors of a minibatch and their nearest codes, kept for `advance`. */
  const look = (input: StepInput) => {
    const { x } = batches.minibatch(input.key, batch);
    const vectors = networks.encode(x);
    forget();
    const indices = detached(() => nearestCodes(vectors, codebook));
    seen = { vectors: tf.keep(tf.clone(vectors)), indices: tf.keep(tf.clone(indices)) };
    return { x, vectors, indices };
  };
  /** [B], zeros: see above. */
  const priorTerm = (indices: tf.Tensor1D): tf.Tensor1D =>
    replaceForward(
      prior.logProbability(tf.reshape(indices, [batch, positions])),
      tf.zeros<tf.Rank.R1>([batch]),
    );
  const common = {
    parameters,
    state: { ...state },
    valueScale: 1,
    advance({ step, key }: StepInput) {
      if (seen === undefined) return;
      if (quantiser.kind === 'nearest' && quantiser.codebook === 'ema')
        moveAverages(codebook, state, seen, quantiser.decay);
      countUsage(state, seen);
      const { restart } = config;
      if (restart !== null && (step + 1) % restart.every === 0) {
        const { drawn } = drawnTensors(fold(key, 'restart'), (own) => ({
          drawn: [randomIntegers(own, codes, batch * positions), [codes]],
        }));
        restartDeadCodes(codebook, state, seen, drawn, restart.below);
        drawn.dispose();
      }
      forget();
    },
    evaluate: ((split, mode, breathe) =>
      evaluateVqVae(
        { config, data, parameters },
        split,
        mode,
        breathe,
      )) satisfies ProblemInstance['evaluate'],
    dispose() {
      forget();
      tf.dispose([parameters, Object.values(state)]);
    },
  };
  if (quantiser.kind === 'nearest') {
    const nearest: ProblemInstance<NoChoice> = {
      ...common,
      ...{ kind: 'none', latents: 0, classes: 0 },
      step(input) {
        const { x, vectors, indices } = look(input);
        const objective = {
          evaluate: () =>
            tf.add<tf.Tensor1D>(
              nearestValue(networks, codebook, { x, vectors, indices }, quantiser),
              priorTerm(indices),
            ),
        };
        return { temperature: input.temperature, choice: { kind: 'none' }, objective };
      },
    };
    return nearest;
  }
  return {
    ...common,
    ...{ kind: 'categorical', latents: positions, classes: codes },
    step(input) {
      const { x, vectors, indices } = look(input);
      const learned = parameters['logSharpness']!;
      const sharpness = quantiser.learnSharpness ? learned : stopGradient<tf.Tensor>(learned);
      const logits = codeLogits(vectors, codebook, sharpness, positions);
      const known = tf.sub<tf.Tensor1D>(priorTerm(indices), tf.mul(uniformKl(logits), quantiser.klWeight));
      return {
        temperature: input.temperature,
        choice: { kind: 'categorical', logits },
        objective: {
          relaxable: true,
          evaluate: (z: tf.Tensor) => {
            const chosen = tf.matMul<tf.Tensor2D>(
              tf.reshape<tf.Rank.R2>(z, [batch * positions, codes]),
              codebook,
            );
            return tf.add(networks.logLikelihood(x, networks.decode(chosen)), known);
          },
        },
      };
    },
  } satisfies ProblemInstance;
}

/** A minibatch with its vectors, [B M, d], and their codes, [B M]. */
interface Quantised {
  readonly x: tf.Tensor2D;
  readonly vectors: tf.Tensor2D;
  readonly indices: tf.Tensor1D;
}

/** f of nearest codes, [B]. */
export function nearestValue(
  networks: VqNetworks,
  codebook: tf.Tensor2D,
  { x, vectors, indices }: Quantised,
  {
    codebook: update,
    commitment,
  }: Pick<Extract<VqVaeConfig['quantiser'], { kind: 'nearest' }>, 'codebook' | 'commitment'>,
): tf.Tensor1D {
  const rows = x.shape[0];
  const lookUp = () => tf.gather<tf.Tensor2D>(codebook, indices);
  const learns = update === 'loss';
  const codes = learns ? lookUp() : detached(lookUp);
  const distance = (a: tf.Tensor2D, b: tf.Tensor2D) =>
    tf.sum<tf.Tensor1D>(tf.reshape(tf.square(tf.sub(a, b)), [rows, vectors.size / rows]), 1);
  const likelihood = networks.logLikelihood(x, networks.decode(replaceForward(vectors, codes)));
  const committed = tf.sub<tf.Tensor1D>(
    likelihood,
    tf.mul(distance(vectors, learns ? stopGradient(codes) : codes), commitment),
  );
  // Of the codes themselves, not of what the decoder read: through the copied gradient they would never move.
  return learns ? tf.sub(committed, distance(stopGradient(vectors), codes)) : committed;
}

function createParameters(
  config: VqVaeConfig,
  data: ImageData,
  batches: ImageBatches,
  init: Key,
): Record<string, tf.Variable> {
  const { quantiser } = config;
  const own = createNetworkParameters(config, pixelMeans(data), init);
  return {
    ...own,
    codebook: tf.tidy(() => tf.variable(firstCodes(config, networksOf(config, own), batches, init))),
    ...(quantiser.kind === 'stochastic' && {
      logSharpness: tf.tidy(() => tf.variable(tf.fill([1], Math.log(quantiser.sharpness)))),
    }),
    ...createPriorParameters(config, fold(init, 'prior')),
  };
}

/** Vectors of random positions of as many random images, or numbers around 0. */
function firstCodes(
  { start, codes, codeSize, positions }: VqVaeConfig,
  networks: VqNetworks,
  batches: ImageBatches,
  init: Key,
): tf.Tensor2D {
  const key = fold(init, 'codebook');
  if (start === 'uniform') {
    return tf.mul(tf.sub(uniform<tf.Rank.R2>(key, [codes, codeSize]), 0.5), 2 / codes);
  }
  const { x } = batches.minibatch(key, codes);
  const position = randomIntegers(fold(key, 'positions'), codes, positions);
  const places = Int32Array.from(position, (m, n) => n * positions + m);
  return tf.gather(networks.encode(x), tf.tensor1d(places, 'int32'));
}
