/** Flows against closed forms, and the graph in training against plain arithmetic, on each backend. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { readPicture } from '../../src/shared/pictures/picture.ts';
import { download } from '../../src/engine/core/named-tensor.ts';
import { drawFlow, trainedFlow } from '../../src/engine/problems/bundle-flow/flow-view.ts';
import type { BernoulliChoice } from '../../src/engine/core/choice.ts';
import { emptyState } from '../../src/engine/core/estimator.ts';
import { PlainFlow } from '../../src/engine/flows/flow-doubles.ts';
import { carry, flowTensors } from '../../src/engine/flows/flow-graph.ts';
import {
  flowWeightNames,
  initialFlow,
  type FlowShape,
  type FlowWeights,
} from '../../src/engine/flows/flow-shape.ts';
import { findEstimator, parseSettings } from '../../src/engine/estimators/registry.ts';
import { bundleFlowConfigSchema } from '../../src/engine/problems/bundle-flow/config.ts';
import { evaluateFlow, lossOfStandingStill } from '../../src/engine/problems/bundle-flow/evaluate.ts';
import { createFlowInstance, type FlowData } from '../../src/engine/problems/bundle-flow/flow-model.ts';
import { drawMeans, drawPairs } from '../../src/engine/problems/bundle-flow/pairs.ts';
import { fillUniform } from '../../src/engine/random/fill.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';

const ITEMS = 3;
const RATES = [0.7, -1.3, 0.2];
const SPEED = 0.9;
const START = [0.4, 0.55, 0.6];

function shapeOf(field: FlowShape['field'], eulerSteps: number): FlowShape {
  return { items: ITEMS, field, width: 8, eulerSteps, inputCentre: 0.5, inputScale: 0.1 };
}

/** Q = diag(RATES) and eta = SPEED everywhere. */
function constantField(shape: FlowShape): FlowWeights {
  const weights = { ...initialFlow(shape, rootKey(1)) };
  weights.q3 = weights.q3.map(() => 0);
  weights.eta2 = weights.eta2.map(() => 0);
  weights.eta2Bias = Float32Array.of(SPEED);
  const full = RATES.flatMap((rate, j) => RATES.map((_, k) => (j === k ? rate : 0)));
  weights.q3Bias = Float32Array.from(shape.field === 'full' ? full : RATES);
  return weights;
}

function carried(shape: FlowShape, weights: FlowWeights, starts: number[]) {
  return tf.tidy(() => {
    const flow = flowTensors(shape, weights, (constant) => constant);
    const { end, logDensityChange } = carry(shape, flow, tf.tensor2d(starts, [starts.length / ITEMS, ITEMS]));
    return { end: [...end.dataSync()], change: [...logDensityChange.dataSync()] };
  });
}

describe.each(['diagonal', 'full'] as const)('a %s field', (field) => {
  it('that is constant carries s_0 to s_0 e^(q c), with an error of order 1/N', () => {
    const errors = [50, 100, 200].map((steps) => {
      const shape = shapeOf(field, steps);
      const end = new PlainFlow(shape, constantField(shape)).journey(START).points.at(-1)!;
      return Math.max(
        ...START.map((s, j) => Math.abs(end[j]! - s * Math.exp(Math.fround(RATES[j]!) * SPEED))),
      );
    });
    expect(errors[0]).toBeLessThan(0.02);
    expect(errors[0]! / errors[1]!).toBeCloseTo(2, 1);
    expect(errors[1]! / errors[2]!).toBeCloseTo(2, 1);
  });

  it('that is constant changes the log-density by -c sum q exactly, whatever the steps', () => {
    const expected = -Math.fround(SPEED) * RATES.reduce((sum, rate) => sum + Math.fround(rate), 0);
    for (const steps of [1, 5, 40]) {
      const shape = shapeOf(field, steps);
      const weights = constantField(shape);
      expect(new PlainFlow(shape, weights).journey(START).logDensityChange).toBeCloseTo(expected, 12);
      expect(carried(shape, weights, START).change[0]).toBeCloseTo(expected, 5);
    }
  });

  it('is the same in tensors and in doubles', () => {
    const shape = shapeOf(field, 5);
    const weights = initialFlow(shape, rootKey(5));
    const starts = new Float32Array(20 * ITEMS);
    fillUniform(rootKey(2), starts);
    const plain = new PlainFlow(shape, weights);
    const journeys = Array.from({ length: 20 }, (_, n) =>
      plain.journey(starts.subarray(n * ITEMS, (n + 1) * ITEMS)),
    );
    const graph = carried(shape, weights, [...starts]);
    expect(graph.end).toBeAllClose(
      journeys.flatMap(({ points }) => [...points.at(-1)!]),
      { absolute: 1e-6 },
    );
    expect(graph.change).toBeAllClose(
      journeys.map(({ logDensityChange }) => logDensityChange),
      { absolute: 1e-5 },
    );
  });
});

describe('hard evaluation of a flow', () => {
  const config = bundleFlowConfigSchema.parse({ items: ITEMS, width: 8, eulerSteps: 4 });
  const pairs = drawPairs(config, drawMeans(config, rootKey(1)), 400, rootKey(2));

  it('standing still changes nothing and costs |s_T - s_0|^2', () => {
    const shape = shapeOf('diagonal', 4);
    const still = { ...constantField(shape), eta2Bias: Float32Array.of(0) };
    const result = evaluateFlow(new PlainFlow(shape, still), pairs, 400, 1);
    expect(result.loss).toBeCloseTo(lossOfStandingStill(pairs), 12);
    expect(result).toMatchObject({ changed: 0, changedBundles: 0, coverage: 1, startCoverage: 1 });
    expect(result.distinctBundles).toBe(8);
    expect(result.boundaryDistance).toBeLessThan(0.1);
  });

  it('a strong pull empties every bundle: what was in counts as changed', () => {
    const shape = shapeOf('diagonal', 4);
    const pull = { ...constantField(shape), q3Bias: Float32Array.of(-1, -1, -1) };
    const flow = new PlainFlow(shape, pull);
    const result = evaluateFlow(flow, pairs, 400, 2);
    const inside = pairs.bundles.reduce((sum, bit) => sum + bit, 0);
    expect(result.changed).toBeCloseTo(inside / (400 * ITEMS), 12);
    expect(result).toMatchObject({ distinctBundles: 1, coverage: 1 / 8 });
    expect(result.loss - evaluateFlow(flow, pairs, 400, 0).loss).toBeCloseTo((2 * inside) / 400, 9);
  });
});

describe('an instance', () => {
  const config = bundleFlowConfigSchema.parse({
    items: ITEMS,
    width: 8,
    batch: 16,
    rounding: { weight: 2 },
    evaluationPoints: 32,
  });
  const means = drawMeans(config, rootKey(1));
  const points = drawPairs(config, means, 32, rootKey(2));
  const data: FlowData = { means, points: { train: points, validation: points, test: points } };
  const key = rootKey(3);

  it("f rises by the weight for each item on the other side than its point's own", () => {
    const instance = createFlowInstance(config, data, key);
    const pairs = drawPairs(config, means, 16, key);
    const [same, flipped, middle] = tf.tidy(() => {
      const { objective, choice, temperature } = instance.step({ step: 0, key, temperature: 0.02 });
      expect((choice as BernoulliChoice).logits.shape).toEqual([16, ITEMS]);
      expect(temperature).toBe(1);
      const own = tf.tensor2d(pairs.bundles, [16, ITEMS]);
      return [own, tf.sub(1, own), tf.fill([16, ITEMS], 0.5)].map((z) => objective.evaluate(z).dataSync());
    }) as [Float32Array, Float32Array, Float32Array];
    expect(flipped).toBeAllClose(
      same.map((f) => f + 2 * ITEMS),
      { absolute: 1e-4 },
    );
    expect(middle).toBeAllClose(
      same.map((f) => f + ITEMS),
      { absolute: 1e-4 },
    );
    instance.dispose();
  });

  const gradientOf = (weight: number, estimator: string) => {
    const own = { ...config, rounding: { ...config.rounding, weight } };
    const instance = createFlowInstance(own, data, key);
    const definition = findEstimator(estimator);
    const settings = parseSettings(definition, {});
    const { kind, latents, classes } = instance;
    const state = definition.init?.({ kind, latents, classes, settings, key }) ?? emptyState;
    const { grads, value } = tf.tidy(() =>
      tf.variableGrads(() => {
        const { choice, objective, temperature } = instance.step({ step: 0, key, temperature: 0.02 });
        return definition.estimate({ choice, objective, temperature, key, settings, state }).surrogate;
      }, Object.values(instance.parameters)),
    );
    const found = flowWeightNames.flatMap((name) => [...grads[instance.parameters[name]!.name]!.dataSync()]);
    tf.dispose([grads, value, Object.values(state.parameters), Object.values(state.buffers)]);
    instance.dispose();
    return found;
  };

  it('shows where points go', async () => {
    const instance = createFlowInstance(config, data, key);
    const parameters = await Promise.all(
      Object.entries(instance.parameters).map(([name, variable]) => download(name, variable)),
    );
    const trained = {
      ...{ config, step: 0, parameters, outcome: [] },
      data: () => Promise.resolve(data),
      instance: () => Promise.resolve(instance),
    };
    const { facts, panels } = readPicture(drawFlow(trainedFlow(trained), points, 2, 0), 'flow');
    expect(facts.map(({ unit }) => unit)).toEqual(['%', 'of 32 points', undefined]);
    const [panel] = panels;
    if (panel?.kind !== 'points') throw new Error('expected points');
    expect(panel.points).toHaveLength(32);
    const { trail, x, y } = panel.points[4]!;
    expect(trail).toHaveLength(5);
    const start = points.starts.subarray(4 * ITEMS, 5 * ITEMS);
    expect(Float64Array.from(trail![0]!)).toBeAllClose(Float64Array.of(start[2]!, start[0]!), {
      relative: 1e-4,
    });
    const end = trainedFlow(trained).journey(start).points.at(-1)!;
    expect(Float64Array.of(x, y)).toBeAllClose(Float64Array.of(end[2]!, end[0]!), { relative: 1e-4 });
    instance.dispose();
  });

  it('without a weight, rounding has no gradient and no estimator changes anything', () => {
    expect(gradientOf(0, 'straight-through')).toEqual(gradientOf(0, 'softmax'));
    expect(gradientOf(0, 'st-gumbel-softmax')).toEqual(gradientOf(0, 'softmax'));
  });

  // Their gradient of f for z is 0, which the tape has no way to find: nothing leads there.
  it.each(['double-cv', 'muprop', 'rebar'])('nor does %s, which differentiates f itself', (estimator) => {
    expect(gradientOf(0, estimator)).toBeAllClose(gradientOf(0, 'softmax'), { absolute: 1e-5 });
  });

  it('with a weight, the gradient runs through the rounding, and is that of the estimator', () => {
    expect(gradientOf(2, 'softmax')).not.toEqual(gradientOf(0, 'softmax'));
    expect(gradientOf(2, 'st-gumbel-softmax')).not.toEqual(gradientOf(2, 'softmax'));
    // f is linear in z: straight-through has the gradient of the relaxation.
    expect(gradientOf(2, 'straight-through')).toBeAllClose(gradientOf(2, 'softmax'), { absolute: 1e-5 });
  });

  it('draws the same points for the same key, starts from its key alone, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    expect(gradientOf(2, 'st-gumbel-softmax')).toEqual(gradientOf(2, 'st-gumbel-softmax'));
    const instance = createFlowInstance(config, data, fold(key, 'other'));
    await instance.evaluate('test', 'full');
    instance.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
