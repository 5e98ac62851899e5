/**
 * A text GAN as an instance. The choice is a sequence, token by token; f is a loss of each row of a minibatch, to be lowered.
 *
 * likelihood:   f = -(1/T) ln p(x), x of the data; there is no choice
 * adversarial:  for the first warmSteps steps the same f, whatever is chosen; then f(z) = -ln D(z), or 1 - D(z)
 *
 * D is a constant in f. Beside it stands a term of value 0 whose gradient is that of the discriminator's own loss, on a minibatch of the
 * data and on the z of the step, as the estimator made it (in the first steps: on sequences that the generator draws), so that
 * generator and discriminator take one step each at the same parameters.
 *
 * Source: Yu, Zhang, Wang, Yu, "SeqGAN", AAAI 2017, algorithm 1; Kusner, Hernandez-Lobato, "GANS for Sequences of Discrete Elements with
 * the Gumbel-softmax Distribution", arXiv 2016. Differs from source: in place of turns of several steps each, one step of both.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StagedObjective } from '../../core/choice.ts';
import { stopGradient } from '../../core/gradient-flow.ts';
import { download } from '../../core/named-tensor.ts';
import type { AnyProblemInstance, StepInput } from '../../core/problem.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import type { Split } from '../../../shared/split.ts';
import type { Adversarial, TextGanConfig } from './config.ts';
import { createDiscriminator, discriminatorLoss, discriminatorOf, generatorLoss } from './discriminator.ts';
import { judgeOf, TextGanEvaluation } from './evaluate.ts';
import { createGenerator, generatorOf, nllPerToken, nllPerTokenNumbers, type Tensors } from './generator.ts';
import { rolledOut } from './rollouts.ts';
import { sequenceOf, type SequenceData } from './sequence-data.ts';
import { drawRest, idleChoice, rowsOf, tokenChoice } from './token-choice.ts';

/** Symbols of which a likelihood is still taken by one-hot vectors. */
const MOST_ONE_HOT = 256;

export function createTextGan(config: TextGanConfig, data: SequenceData, init: Key): AnyProblemInstance {
  const { batch, method } = config;
  const { length } = data;
  const symbols = data.names.length;
  const parameters = {
    ...createGenerator(config, symbols, init),
    ...(method.kind === 'adversarial' && createDiscriminator(config, symbols, length, init)),
  };
  const evaluation = new TextGanEvaluation(config, data);
  const common = {
    parameters,
    valueScale: 1,
    async evaluate(split: Split, mode: 'quick' | 'full', breathe?: () => Promise<void>) {
      const tensors = await Promise.all(
        Object.entries(parameters).map(([name, variable]) => download(name, variable)),
      );
      return evaluation.figures(tensors, method.kind === 'adversarial' ? judgeOf(config, parameters) : null, {
        split,
        mode,
        breathe: breathe ?? (() => Promise.resolve()),
      });
    },
  };
  /** Tokens of the sequences of a step, those of one place after those of the place before: T times B. */
  const tokensFor = ({ key }: StepInput) =>
    drawnTensors(fold(key, 'rows'), (own) => ({
      tokens: [tokensOf(data, randomIntegers(own, batch, data.train.starts.length)), [length * batch]],
    })).tokens;

  if (method.kind === 'likelihood') {
    return {
      ...common,
      ...{ kind: 'none', latents: 0, classes: 0 },
      step(input) {
        const tokens = tokensFor(input);
        const evaluate = () => {
          const generator = generatorOf(config, parameters);
          return symbols > MOST_ONE_HOT
            ? nllPerTokenNumbers(generator, tokens, batch)
            : nllPerToken(generator, oneHot(data, tokens));
        };
        const objective = { evaluate };
        return { temperature: input.temperature, choice: { kind: 'none' }, objective };
      },
      dispose: () => tf.dispose(parameters),
    } satisfies AnyProblemInstance;
  }

  const stage = { latents: 1, classes: symbols };
  const state = lagging(method, parameters);
  return {
    ...common,
    kind: 'categorical',
    ...stage,
    stages: Array.from({ length }, () => stage),
    state,
    step(input) {
      const real = oneHot(data, tokensFor(input));
      const generator = generatorOf(config, parameters);
      const judged = adversaries(config, parameters, real);
      const { temperature } = input;
      if (input.step < method.warmSteps) {
        const drawn = drawRest(
          generator,
          generator.begin(batch),
          { from: 0, length },
          fold(input.key, 'drawn'),
        );
        const loss = tf.add<tf.Tensor1D>(nllPerToken(generator, real), judged.learning(drawn));
        const objective: StagedObjective = {
          relaxable: true,
          // Estimators differentiate f for z, which it does not depend on.
          evaluate: (values) => tf.add(loss, tf.mul(tf.sum(tf.concat([...values], 1), [1, 2]), 0)),
        };
        return { temperature, choice: idleChoice(batch, symbols, length), objective };
      }
      const evaluate = (values: readonly tf.Tensor[]) => {
        const tokens = rowsOf(values);
        return tf.add<tf.Tensor1D>(
          judged.fooling(tokens),
          judged.learning(tokens.map((z) => stopGradient(z))),
        );
      };
      const rolled = method.rollouts > 0 && {
        rollouts: rolledOut({
          generator: method.rolloutRate > 0 ? generatorOf(config, ofGenerator(state)) : generator,
          count: method.rollouts,
          length,
          judge: judged.fooling,
          whole: evaluate,
        }),
      };
      return {
        temperature,
        choice: tokenChoice(generator, batch, length),
        objective: { relaxable: true, evaluate, ...rolled },
      };
    },
    advance({ step }) {
      const rate = step < method.warmSteps ? 0 : method.rolloutRate;
      for (const [name, variable] of Object.entries(ofGenerator(state)))
        tf.tidy(() =>
          (variable as tf.Variable).assign(
            tf.add(tf.mul(variable, rate), tf.mul(parameters[name as keyof typeof parameters]!, 1 - rate)),
          ),
        );
    },
    dispose: () => tf.dispose([Object.values(parameters), Object.values(state)]),
  } satisfies AnyProblemInstance;
}

/** What a sequence is worth to the generator, and what the discriminator learns of one: of sequences T of [B, V] -> [B]. */
function adversaries(config: TextGanConfig, parameters: Tensors, real: readonly tf.Tensor2D[]) {
  const method = config.method as Adversarial;
  const learns = discriminatorOf(config, parameters);
  const constant = discriminatorOf(config, held(parameters));
  const ofReal = learns(real);
  return {
    fooling: (tokens: readonly tf.Tensor2D[]) => generatorLoss(method, constant(tokens)),
    /** Of value 0, with the gradient of the discriminator's loss. */
    learning(made: readonly tf.Tensor2D[]): tf.Tensor1D {
      const loss = discriminatorLoss(ofReal, learns(made));
      return tf.sub(loss, stopGradient(loss));
    },
  };
}

/** The discriminator's parameters as constants: a gradient runs through it, and not into it. */
function held(parameters: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith('discriminator'))
      .map(([name, own]) => [name, stopGradient(own)]),
  );
}

const LAGGING = 'lagging.';

/** Copies of the generator's parameters for the network that completes rollouts; none where that is the generator. */
function lagging(
  { rollouts, rolloutRate }: Adversarial,
  parameters: Readonly<Record<string, tf.Variable>>,
): Record<string, tf.Variable> {
  if (rollouts === 0 || rolloutRate === 0) return {};
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([name]) => name.startsWith('generator'))
      .map(([name, own]) => [
        `${LAGGING}${name}`,
        tf.tidy(() => tf.variable(tf.clone<tf.Tensor>(own), false)),
      ]),
  );
}

function ofGenerator(state: Tensors): Tensors {
  return Object.fromEntries(Object.entries(state).map(([name, own]) => [name.slice(LAGGING.length), own]));
}

/** Sequences by their tokens, T of [B, V]. */
function oneHot(data: SequenceData, tokens: tf.Tensor1D): tf.Tensor2D[] {
  return tf.split(tf.cast(tf.oneHot(tokens, data.names.length), 'float32'), data.length, 0);
}

/** Tokens of training sequences by their numbers: T times B. */
function tokensOf(data: SequenceData, rows: Int32Array): Int32Array {
  const { length } = data;
  const count = rows.length;
  const tokens = new Int32Array(length * count);
  rows.forEach((row, b) =>
    sequenceOf(data, 'train', row).forEach((token, t) => (tokens[t * count + b] = token)),
  );
  return tokens;
}
