/**
 * Every operation that training uses, forward and in gradients: what the smoke models ask of the cpu backend while they take two steps
 * with every estimator, asked of webgpu again with the same numbers.
 */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../src/engine/estimators/registry.ts';
import { Session } from '../../src/engine/training/session.ts';
import '../support/matchers.ts';
import { foundAdapter } from '../support/webgpu/find-adapter.ts';
import { KernelRecorder, repeat, type RecordedCall } from '../support/webgpu/recorded-kernels.ts';
import { smokeModels } from '../support/webgpu/smoke-models.ts';
import { useCpu, useWebgpu } from '../support/webgpu/webgpu-backend.ts';

/** Of each kernel and each way of broadcasting: further sizes tell nothing new. */
const MOST = 3;
/** An estimator that refuses a smoke model for its size is none of this test's business. */
const REFUSED = /values together/;
/** Sines may err by 2^-11 on a GPU (WGSL, 15.7.4), the others by a few of their last bits. */
const COARSE: ReadonlySet<string> = new Set(['Sin', 'Cos']);

const calls = new Map<string, RecordedCall[]>();

describe.skipIf(foundAdapter() === '')('operations on webgpu', () => {
  beforeAll(async () => {
    await useCpu();
    const recorder = new KernelRecorder(MOST);
    recorder.attach();
    for (const { problem, config, data, fitting } of await smokeModels()) {
      for (const estimator of fitting) {
        const settings: unknown = parseSettings(estimator, {});
        const session = new Session({ problem, config, data, estimator, settings, seed: 1 }, 0);
        try {
          for (const [step, want] of (['saturation', 'details'] as const).entries()) {
            const { value, details, saturated } = session.step(step, want);
            tf.dispose([value, details, saturated ?? []]);
          }
        } catch (error) {
          if (!REFUSED.test(String(error))) throw error;
        } finally {
          session.dispose();
        }
      }
    }
    for (const call of recorder.calls) calls.set(call.kernel, [...(calls.get(call.kernel) ?? []), call]);
    // The smoke models are small: left to the processor they would test nothing.
    await useWebgpu({ handOver: false });
  }, 600_000);

  afterAll(() => tf.env().set('WEBGPU_CPU_FORWARD', true));

  it('of the models are many, and webgpu has a kernel for each', () => {
    expect(calls.size).toBeGreaterThan(55);
    const there = new Set(tf.getKernelsForBackend('webgpu').map(({ kernelName }) => kernelName));
    expect([...calls.keys()].filter((kernel) => !there.has(kernel))).toEqual([]);
  });

  it('give what they give on cpu', async () => {
    const wrong: string[] = [];
    for (const call of [...calls.values()].flat()) {
      const outputs = await repeat(call);
      for (const [i, { shape, dtype, values }] of call.outputs.entries()) {
        const found = outputs[i]!;
        // What cancels in a product or a sum is as large as its terms.
        const size = Math.max(1e-3, ...values.map((value) => (Number.isFinite(value) ? Math.abs(value) : 0)));
        const tolerance = COARSE.has(call.kernel) ? 2 ** -11 : 2e-5 * size;
        const far = values.findIndex((value, at) => !agree(value, found.values[at]!, tolerance));
        const isShaped = found.shape.join() === shape.join() && found.dtype === dtype;
        if (far !== -1 || !isShaped)
          wrong.push(`${call.title}: ${found.values[far] ?? ''} in place of ${values[far] ?? ''}`);
      }
    }
    expect(wrong).toEqual([]);
    const { watch } = await useWebgpu({ handOver: false });
    expect(watch?.trouble).toBeUndefined();
  });
});

function agree(expected: number, actual: number, tolerance: number): boolean {
  return Object.is(expected, actual) || expected === actual || Math.abs(expected - actual) <= tolerance;
}
