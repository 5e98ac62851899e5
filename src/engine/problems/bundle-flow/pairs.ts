/** Pairs (s_0, s_T) with a time between them: what a flow is matched to. Drawn on the host from a key alone. */
import { fillNormal, fillUniform, randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { sigmoid } from '../../../shared/log-space.ts';
import type { BundleFlowConfig } from './config.ts';

/** Means of the initial law, [components, m] row by row. */
export type InitialMeans = Float32Array;

export interface Pairs {
  readonly count: number;
  /** s_0, [count, m]. */
  readonly starts: Float32Array;
  /** The bundle that s_0 rounds to: 1 where it is above one half, [count, m]. */
  readonly bundles: Float32Array;
  /** s_T ~ N(bundle, targetDeviation^2), [count, m]. */
  readonly ends: Float32Array;
  /** t ~ U[0, 1], [count]. */
  readonly times: Float32Array;
}

export function drawMeans({ items, initial }: BundleFlowConfig, key: Key): InitialMeans {
  const uniforms = new Float32Array(initial.components * items);
  fillUniform(key, uniforms);
  return uniforms.map((u) => initial.centre + initial.range * sigmoid(u));
}

export function drawPairs(config: BundleFlowConfig, means: InitialMeans, count: number, key: Key): Pairs {
  const { items, initial, targetDeviation } = config;
  const component = randomIntegers(fold(key, 'component'), count, initial.components);
  const starts = new Float32Array(count * items);
  const ends = new Float32Array(count * items);
  const times = new Float32Array(count);
  fillNormal(fold(key, 'start'), starts);
  fillNormal(fold(key, 'end'), ends);
  fillUniform(fold(key, 'time'), times);
  const bundles = new Float32Array(count * items);
  const { deviation } = initial;
  for (let n = 0, at = 0; n < count; n++) {
    const mean = component[n]! * items;
    for (let j = 0; j < items; j++, at++) {
      const start = means[mean + j]! + deviation * starts[at]!;
      const bundle = Number(start > 0.5);
      starts[at] = start;
      bundles[at] = bundle;
      ends[at] = bundle + targetDeviation * ends[at]!;
    }
  }
  return { count, starts, bundles, ends, times };
}
