/**
 * The index of the largest number of each row, the first of several: the backend's own kernel takes any of them once rows have 32 numbers,
 * and a choice would depend on the device.
 */
import { ArgMax, type KernelConfig } from '@tensorflow/tfjs-core';
import { alongAxisConfig } from './along-axis.ts';
import { GROUP } from './program.ts';

/** A group of threads for each row: each looks at every 128th number, then they compare in pairs. */
const CODE = `
  var<workgroup> largest : array<f32, ${GROUP}>;
  var<workgroup> places : array<i32, ${GROUP}>;

  fn main(index : i32) {
    let row = index / ${GROUP};
    let own = i32(localIndex);
    var best = -uniforms.INFINITY;
    var place = uniforms.long;
    if (row < uniforms.rows) {
      for (var i = own; i < uniforms.long; i = i + ${GROUP}) {
        let candidate = f32(x[row * uniforms.long + i]);
        if (candidate > best || (place == uniforms.long && candidate == best)) {
          best = candidate;
          place = i;
        }
      }
    }
    largest[own] = best;
    places[own] = place;
    workgroupBarrier();
    for (var apart = ${GROUP / 2}; apart > 0; apart = apart / 2) {
      if (own < apart) {
        let value = largest[own + apart];
        let at = places[own + apart];
        if (value > largest[own] || (value == largest[own] && at < places[own])) {
          largest[own] = value;
          places[own] = at;
        }
      }
      workgroupBarrier();
    }
    // A row without a number has none that is larger than others.
    if (own == 0 && row < uniforms.rows) {
      setOutputAtIndexI32(row, select(places[0], 0, places[0] == uniforms.long));
    }
  }
`;

export function argMaxConfig(): KernelConfig {
  return alongAxisConfig({
    kernelName: ArgMax,
    name: 'argMax',
    code: CODE,
    threads: GROUP,
    reduces: true,
    dtype: 'int32',
  });
}
