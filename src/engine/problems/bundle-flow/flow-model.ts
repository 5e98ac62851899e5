/**
 * The flow in training. f of a point is the flow-matching loss |(s_T - s_0) - phi(t, s_t; s_0)|^2 at s_t = t s_T + (1 - t) s_0,
 * plus `rounding.weight` for each item that the choice z puts on the other side than s_0: linear in z.
 *
 * The choice is Bernoulli per item with logits (s_T - 1/2) / noise, s_T where Euler's method carries s_0: rounding with logistic
 * noise. With weight 0 it does not enter f, and no gradient runs through it, whatever the estimator.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ProblemInstance, StepChoice, StepInput } from '../../core/problem.ts';
import type { Split } from '../../../shared/split.ts';
import { detached } from '../../core/gradient-flow.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { fold, type Key } from '../../random/key.ts';
import { PlainFlow } from '../../flows/flow-doubles.ts';
import { carry, flowRates, flowSpeeds, flowTensors, rated } from '../../flows/flow-graph.ts';
import { flowWeightNames, initialFlow, type FlowWeights } from '../../flows/flow-shape.ts';
import { flowShapeOf, type BundleFlowConfig } from './config.ts';
import { evaluateFlow, QUICK_POINTS } from './evaluate.ts';
import { hardMetrics } from './metrics.ts';
import { drawPairs, type InitialMeans, type Pairs } from './pairs.ts';

export interface FlowData {
  readonly means: InitialMeans;
  readonly points: Readonly<Record<Split, Pairs>>;
}

export function createFlowInstance(config: BundleFlowConfig, data: FlowData, init: Key): ProblemInstance {
  const shape = flowShapeOf(config);
  const { items, batch } = config;
  const { weight, noise } = config.rounding;
  const flow = tf.tidy(() =>
    flowTensors(shape, initialFlow(shape, fold(init, 'flow')), (constant) => tf.variable(constant)),
  );
  const plain = async () => {
    const read = flowWeightNames.map(async (name) => [name, Float32Array.from(await flow[name].data())]);
    return new PlainFlow(shape, Object.fromEntries(await Promise.all(read)) as FlowWeights);
  };
  const step = ({ key, temperature }: StepInput): StepChoice => {
    const { starts, bundles, ends, times } = drawnTensors(key, (own) => {
      const drawn = drawPairs(config, data.means, batch, own);
      const points = [batch, items] as const;
      return {
        starts: [drawn.starts, points],
        bundles: [drawn.bundles, points],
        ends: [drawn.ends, points],
        times: [drawn.times, [batch, 1]],
      };
    });
    const moves = tf.sub<tf.Tensor2D>(ends, starts);
    const here = tf.add<tf.Tensor2D>(starts, tf.mul(times, moves));
    const rates = flowRates(shape, flow, starts);
    const velocity = tf.mul(rated(shape, rates, here), flowSpeeds(flow, times));
    const matching = tf.sum<tf.Tensor1D>(tf.square(tf.sub(moves, velocity)), 1);
    const logitsOf = (known?: { readonly rates: tf.Tensor }) =>
      tf.div<tf.Tensor2D>(tf.sub(carry(shape, flow, starts, known).end, 0.5), noise);
    // With a gradient they have rates of their own: shared ones would add theirs up in another order than kept runs did.
    const logits = weight === 0 ? detached(() => logitsOf({ rates })) : logitsOf();
    // |z - bundle| of bits is bundle + z (1 - 2 bundle): linear, and the share of changed decisions for every z between.
    const signs = tf.sub(1, tf.mul(bundles, 2));
    return {
      temperature: temperature / noise,
      choice: { kind: 'bernoulli', logits },
      objective: {
        relaxable: true,
        additive: true,
        evaluate: (z) => {
          if (weight === 0) return tf.clone(matching);
          const changed = tf.sum<tf.Tensor1D>(tf.add(bundles, tf.mul(z, signs)), 1);
          return tf.add(matching, tf.mul(changed, weight));
        },
      },
    };
  };
  return {
    parameters: flow,
    kind: 'bernoulli',
    latents: items,
    classes: 2,
    valueScale: 1,
    step,
    async evaluate(split, mode) {
      const points = data.points[split];
      const count = mode === 'quick' ? Math.min(points.count, QUICK_POINTS) : points.count;
      return hardMetrics(split, evaluateFlow(await plain(), points, count, weight));
    },
    dispose: () => tf.dispose(flow),
  };
}
