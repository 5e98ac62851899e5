/** The self-test by which a backend is offered: both backends pass, and each of its parts can fail. */
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { estimators } from '../../src/engine/estimators/registry.ts';
import { expectClose } from '../../src/trainer/backends/expect-close.ts';
import { selfTest } from '../../src/trainer/backends/self-test.ts';
import { stepOf, steps } from '../../src/trainer/backends/step-test.ts';
import { bareHost } from '../support/engine-host.ts';

afterEach(() => void vi.restoreAllMocks());

test('passes, and leaves no tensor', async () => {
  await selfTest(bareHost);
  const before = tf.memory().numTensors;
  await selfTest(bareHost);
  expect(tf.memory().numTensors).toBe(before);
});

test('trains one estimator of every family', () => {
  const families = [...new Set(estimators.map(({ family }) => family))].sort();
  expect(Object.keys(steps).sort()).toEqual(families);
  for (const [family, { estimator }] of Object.entries(steps)) expect(estimator.family).toBe(family);
});

describe.each(Object.entries(steps))('a step of the %s family', (_family, step) => {
  test('gives the numbers that are kept', async () => {
    const found = await stepOf(step, bareHost);
    expect(found).toHaveLength(step.expected.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(step.expected[i]!, 5);
  });
});

test('numbers that differ, are missing, or are none, are refused by name', () => {
  expectClose('all well', [1, 2], [1, 2.00001]);
  for (const wrong of [[1, 2.001], [1], [1, NaN], [1, 2, 3]]) {
    expect(() => expectClose('a sum', wrong, [1, 2])).toThrow(/^self-test failed: a sum gives 1/);
  }
});

test('a kernel that is not there is noticed', async () => {
  const name = tf.getBackend();
  const searching = tf.getKernel(tf.SearchSorted, name);
  tf.unregisterKernel(searching.kernelName, name);
  try {
    await expect(selfTest(bareHost)).rejects.toThrow(/SearchSorted/);
  } finally {
    tf.registerKernel(searching);
  }
});
