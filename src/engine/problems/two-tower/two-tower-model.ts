/** The two towers as an instance: `learning.ts` has f, and what of it is an estimator's. */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { download, type NamedTensorData } from '../../core/named-tensor.ts';
import type { AnyProblemInstance, StepInput } from '../../core/problem.ts';
import { chosenLogSoftmax } from '../../kernels/chosen-log-softmax.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { hasChoice, type TwoTowerConfig } from './config.ts';
import { evaluateTowers } from './evaluate.ts';
import {
  explored,
  loggedTerm,
  logPolicy,
  logSampledPolicy,
  predictionTerm,
  type LoggedBatch,
} from './learning.ts';
import { OUTCOME, plainItems } from './plain-towers.ts';
import { needPropensities, needShares, shownCounts, type TowerData } from './tower-data.ts';
import {
  createParameters,
  itemEmbeddings,
  products,
  rowsOf,
  scaledRows,
  scaleOf,
  userEmbeddings,
} from './towers.ts';

export function createTwoTowerInstance(
  config: TwoTowerConfig,
  data: TowerData,
  init: Key,
): AnyProblemInstance {
  needPropensities(config, data);
  const { log } = data;
  const { learning, itemInput, policyTemperature, exploration, candidates } = config;
  needShares(config, data);
  const { count, dimension, features } = log.items;
  const parameters = createParameters(config, log, init);
  const contextScale = scaleOf(log.train.context, log.contextDimension);
  const itemRows = Int32Array.from({ length: count }, (_, i) => i);
  const scaledFeatures =
    itemInput === 'ids' ? new Float32Array() : scaledRows(features, itemRows, scaleOf(features, dimension));
  const itemFeatures = itemInput === 'ids' ? null : tf.tensor2d(scaledFeatures, [count, dimension]);
  const meanReward = log.train.reward.reduce((sum, r) => sum + r, 0) / log.train.rounds;

  const timesShown = shownCounts(log.train.action, count);
  const logs = (scores: tf.Tensor2D) => logPolicy(tf.div(scores, policyTemperature), exploration);

  /** Vectors of a step: of the contexts, of all items, and of the items shown; and the log. */
  const minibatch = ({ key }: StepInput) => {
    const { x, ...drawn } = drawnTensors(fold(key, 'rows'), (own) => {
      const rows = randomIntegers(own, config.batch, log.train.rounds);
      return {
        x: [scaledRows(log.train.context, rows, contextScale), [config.batch, log.contextDimension]],
        actions: [rows.map((row) => log.train.action[row]!), [config.batch]],
        q: hasChoice(learning) ? [modelled(config, data, rows), [config.batch, count]] : null,
        ...loggedRounds(data, rows),
      };
    });
    const u = userEmbeddings(parameters, x);
    const v = itemEmbeddings(parameters, itemFeatures);
    return { ...drawn, u, v };
  };
  /** ln pi of the items shown over all items, or over those that are drawn. */
  const shownLogs = ({ key }: StepInput, { actions, u, v }: ReturnType<typeof minibatch>): tf.Tensor1D => {
    if (candidates === null)
      return explored(
        chosenLogSoftmax(tf.matMul(u, v, false, true), actions, 1 / policyTemperature),
        exploration,
        count,
      );
    const { items, logDraws } = drawnTensors(fold(key, 'candidates'), (own) =>
      drawCandidates(candidates, timesShown, log.train.action, own),
    );
    const own = tf.div<tf.Tensor1D>(products(u, rowsOf(v, actions)), policyTemperature);
    const scores = tf.matMul(u, rowsOf(v, items), false, true);
    const hits = tf.equal(tf.expandDims(actions, 1), tf.expandDims(items, 0));
    return logSampledPolicy(
      own,
      {
        scores: tf.div(scores, policyTemperature),
        logDraws,
        hits: tf.cast<tf.Tensor2D>(hits as tf.Tensor2D, 'float32'),
      },
      exploration,
      count,
    );
  };

  const downloaded = () =>
    Promise.all(Object.entries(parameters).map(([name, variable]) => download(name, variable)));
  const outcomeOf = (own: readonly NamedTensorData[]): readonly NamedTensorData[] => {
    const v = Float32Array.from(plainItems(own, scaledFeatures, count));
    return [
      { name: OUTCOME.items, shape: [count, v.length / count], data: v },
      ...(['contextMean', 'contextDeviation'] as const).map((name) => ({
        name: OUTCOME[name],
        shape: [log.contextDimension],
        data: Float32Array.from(name === 'contextMean' ? contextScale.mean : contextScale.deviation),
      })),
    ];
  };
  const common = {
    parameters,
    valueScale: 1,
    async evaluate(split: Split, mode: 'quick' | 'full', breathe?: () => Promise<void>) {
      const own = await downloaded();
      return evaluateTowers(config, data, { parameters: own, outcome: outcomeOf(own) }, split, mode, breathe);
    },
    outcome: async () => outcomeOf(await downloaded()),
    dispose: () => tf.dispose([parameters, itemFeatures ?? []]),
  };
  if (hasChoice(learning)) {
    return {
      ...common,
      kind: 'categorical',
      latents: 1,
      classes: count,
      step(input) {
        const { actions, q: predicted, reward, logPropensity, u, v } = minibatch(input);
        const logits = logs(tf.matMul(u, v, false, true));
        const shown = tf.oneHot(actions, count, 1, 0, 'float32') as tf.Tensor2D;
        const q = predicted!;
        const batch = { reward, logPropensity, shownQ: tf.sum<tf.Tensor1D>(tf.mul(q, shown), 1) };
        const own = tf.sum<tf.Tensor1D>(tf.mul(logits, shown), 1);
        const correction = loggedTerm(config, own, batch, meanReward);
        return {
          temperature: input.temperature,
          choice: { kind: 'categorical', logits: tf.expandDims<tf.Tensor3D>(logits, 1) },
          objective: {
            relaxable: true,
            enumerate: () => tf.add<tf.Tensor2D>(q, tf.expandDims(correction, 1)),
            evaluate: (z: tf.Tensor) =>
              tf.add<tf.Tensor1D>(tf.sum(tf.mul(tf.squeeze(z, [1]), q), 1), correction),
          },
        };
      },
    } satisfies AnyProblemInstance;
  }
  return {
    ...common,
    kind: 'none',
    latents: 0,
    classes: 0,
    step(input) {
      const own = minibatch(input);
      const batch: LoggedBatch = { ...own, shownQ: null };
      return {
        temperature: input.temperature,
        choice: { kind: 'none' },
        objective: {
          evaluate() {
            if (learning.kind !== 'regression')
              return loggedTerm(config, shownLogs(input, own), batch, meanReward);
            const scores = products(own.u, rowsOf(own.v, own.actions));
            return predictionTerm(learning.loss, tf.add(scores, parameters['intercept']!), batch);
          },
        },
      };
    },
  } satisfies AnyProblemInstance;
}

/** Items, int32, and ln of how often each is drawn in the mean. @param counts how often the training rounds, whose items are `actions`, show each item */
function drawCandidates(
  { count, from }: NonNullable<TwoTowerConfig['candidates']>,
  counts: Float64Array,
  actions: Int32Array,
  key: Key,
) {
  const shown = from === 'log' ? actions.length : 0;
  const all = shown + counts.length;
  // A round's item, or any item: each item once more than the rounds show it.
  const items = randomIntegers(key, count, all).map((n) => (n < shown ? actions[n]! : n - shown));
  const weight = (item: number) => 1 + (from === 'log' ? counts[item]! : 0);
  const logDraws = Float32Array.from(items, (item) => Math.log((count * weight(item)) / all));
  return { items: [items, [count]], logDraws: [logDraws, [count]] } as const;
}

/** q(x, a) of all items in these training rounds, [B, K]. */
function modelled(
  { learning }: TwoTowerConfig,
  { log, rewardModel }: TowerData,
  rows: Int32Array,
): Float32Array {
  const { contextDimension, items, train } = log;
  const modelOf = learning.kind === 'direct' ? rewardModel!.whole : rewardModel!.crossFitted;
  const q = new Float32Array(rows.length * items.count);
  const predictions = new Float64Array(items.count);
  rows.forEach((row, b) => {
    modelOf(row).predict(train.context, row * contextDimension, train.position?.[row] ?? 0, predictions);
    q.set(predictions, b * items.count);
  });
  return q;
}

/** Rewards and ln of the propensities of these training rounds. */
function loggedRounds({ log }: TowerData, rows: Int32Array) {
  const { propensity, reward } = log.train;
  const shape = [rows.length] as const;
  const logs = propensity === null ? null : picked(propensity, rows).map((share) => Math.log(share));
  return {
    reward: [picked(reward, rows), shape] as const,
    logPropensity: logs && ([logs, shape] as const),
  };
}

/** values[row] of each of the rows: with a plain loop, as it is done in every step. */
function picked(values: ArrayLike<number>, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i]!]!;
  return out;
}
