/** The ascent of lies in one kernel: the bits of its operations one by one. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { LIE_ASCENT } from '../../src/engine/kernels/lie-ascent.ts';
import { regretnetConfigSchema } from '../../src/engine/problems/regretnet/config.ts';
import { minibatchOf } from '../../src/engine/problems/regretnet/minibatch.ts';
import { climb } from '../../src/engine/problems/regretnet/misreports.ts';
import { createNetworks, parametersOf } from '../../src/engine/problems/regretnet/networks.ts';
import { drawBids, drawData } from '../../src/engine/problems/regretnet/profiles.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { normal } from '../../src/engine/random/noise.ts';
import { useTestBackend } from '../support/use-backend.ts';

const key = rootKey(53);

describe.each([
  { bidders: 2, items: 2, hiddenUnits: 50, batch: 33 },
  { bidders: 1, items: 2, hiddenUnits: 5, batch: 4 },
  { bidders: 3, items: 1, hiddenUnits: 9, hiddenLayers: 3, batch: 6 },
  { bidders: 3, items: 5, hiddenUnits: 26, hiddenLayers: 1, batch: 7 },
  { bidders: 1, items: 1, hiddenUnits: 3, batch: 4 },
])('$bidders bidders, $items items, $hiddenUnits hidden units, batch $batch', (shape) => {
  const config = regretnetConfigSchema.parse({
    ...shape,
    ranges: Array.from({ length: shape.items }, (_, j) => [j === 1 ? 1 : 0, j + 2]),
    profiles: { train: 40, validation: 4, test: 4 },
    misreports: { steps: 5, rate: 0.1 },
  });

  test('lies', async () => {
    await useTestBackend('wasm');
    const data = drawData(config);
    const lies = (): Float32Array =>
      tf.tidy(() => {
        const networks = createNetworks(config, fold(key, 'init'));
        for (const [name, variable] of Object.entries(parametersOf(networks)))
          variable.assign(tf.add(variable, normal(fold(key, name), variable.shape as [number])));
        const rows = Int32Array.from({ length: config.batch }, (_, b) => 3 + b);
        const start = drawBids(data.ranges, config.batch * config.bidders, fold(key, 'lies'));
        const minibatch = minibatchOf(data, data.split.train, key, () => rows);
        const from = tf.tensor3d(start, [config.batch, config.bidders, config.items]);
        const found = climb(networks, minibatch, from, config, data.ranges).dataSync<'float32'>().slice();
        tf.dispose(parametersOf(networks));
        return found;
      });
    const kernel = tf.getKernel(LIE_ASCENT, 'wasm');
    const before = tf.memory().numTensors;
    const inOne = lies();
    tf.unregisterKernel(LIE_ASCENT, 'wasm');
    try {
      expect(inOne).toEqual(lies());
    } finally {
      tf.registerKernel(kernel);
    }
    expect(new Set(inOne).size).toBeGreaterThan(2);
    expect(tf.memory().numTensors).toBe(before);
  });
});
