/**
 * The index of the largest number of each row, the first of several: the backend's own kernel takes any of them once rows have 32 numbers,
 * and a choice would depend on the device.
 */
import {
  ArgMax,
  backend_util,
  type KernelConfig,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core';
import { GROUP, plainWebgpuConfig, program, WEBGPU, type WebgpuBackend } from './program.ts';

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
  const { kernelFunc: transpose } = plainWebgpuConfig(Transpose);
  return {
    kernelName: ArgMax,
    backendName: WEBGPU,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const webgpu = backend as WebgpuBackend;
      const x = inputs['x']!;
      const [axis] = util.parseAxisParam(Number(attrs?.['axis'] ?? 0), x.shape) as [number];
      const perm = backend_util.getAxesPermutation([axis], x.shape.length);
      const turned =
        perm === null ? x : (transpose({ inputs: { x }, attrs: { perm }, backend }) as TensorInfo);
      const shape = turned.shape.slice(0, -1);
      const [rows, long] = [util.sizeFromShape(shape), turned.shape.at(-1) ?? 1];
      const largest = webgpu.runWebGPUProgram(
        program('argMax', shape, rows * GROUP, CODE, 'rows : i32, long : i32,'),
        [turned],
        'int32',
        [rows, long].map((value) => ({ type: 'int32', data: [value] })),
      );
      if (perm !== null) webgpu.disposeData(turned.dataId);
      return largest;
    },
  };
}
