/**
 * Cumulative sums, row by row. The backend's own kernel writes the length of the row into its code and keeps the pipeline for rows of every
 * length, so that a reverse sum is wrong as soon as a process has two; and it takes its strides from a power that may be rounded down.
 */
import { Cumsum, type KernelConfig } from '@tensorflow/tfjs-core';
import { alongAxisConfig } from './along-axis.ts';

/** A thread for each row, which adds in the order in which the cpu backend does. */
const CODE = `
  fn main(index : i32) {
    if (index < uniforms.rows) {
      let start = index * uniforms.long;
      var sum = 0.0;
      for (var i = 0; i < uniforms.long; i = i + 1) {
        let at = start + select(i, uniforms.long - 1 - i, uniforms.reverse == 1);
        let term = f32(x[at]);
        if (uniforms.exclusive == 1) { setOutputAtIndex(at, sum); }
        sum = sum + term;
        if (uniforms.exclusive == 0) { setOutputAtIndex(at, sum); }
      }
    }
  }
`;

export function cumsumConfig(): KernelConfig {
  return alongAxisConfig({
    kernelName: Cumsum,
    name: 'cumsum',
    code: CODE,
    threads: 1,
    reduces: false,
    flags: ['exclusive', 'reverse'],
  });
}
