/**
 * Cumulative sums, row by row. The backend's own kernel writes the length of the row into its code and keeps the pipeline for rows of every
 * length, so that a reverse sum is wrong as soon as a process has two; and it takes its strides from a power that may be rounded down.
 */
import {
  backend_util,
  Cumsum,
  type KernelConfig,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core';
import { plainWebgpuConfig, program, WEBGPU, type WebgpuBackend } from './program.ts';

/** The last axis is the one that is summed: a thread for each row, which adds in the order in which the cpu backend does. */
const CODE = `
  fn main(index : i32) {
    if (index < uniforms.rows) {
      let start = index * uniforms.long;
      var sum = 0.0;
      for (var i = 0; i < uniforms.long; i = i + 1) {
        let at = start + select(i, uniforms.long - 1 - i, uniforms.backwards == 1);
        let term = f32(x[at]);
        if (uniforms.exclusive == 1) { setOutputAtIndex(at, sum); }
        sum = sum + term;
        if (uniforms.exclusive == 0) { setOutputAtIndex(at, sum); }
      }
    }
  }
`;
const UNIFORMS = 'rows : i32, long : i32, exclusive : i32, backwards : i32,';

export function cumsumConfig(): KernelConfig {
  const { kernelFunc: transpose } = plainWebgpuConfig(Transpose);
  return {
    kernelName: Cumsum,
    backendName: WEBGPU,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const webgpu = backend as WebgpuBackend;
      const x = inputs['x']!;
      const [axis] = util.parseAxisParam(Number(attrs?.['axis'] ?? 0), x.shape) as [number];
      const turn = (of: TensorInfo, perm: number[]) =>
        transpose({ inputs: { x: of }, attrs: { perm }, backend }) as TensorInfo;
      const perm = backend_util.getAxesPermutation([axis], x.shape.length);
      const turned = perm === null ? x : turn(x, perm);
      const long = turned.shape.at(-1) ?? 1;
      const rows = long === 0 ? 0 : util.sizeFromShape(turned.shape) / long;
      const flags = [attrs?.['exclusive'], attrs?.['reverse']].map((flag) => (flag === true ? 1 : 0));
      const summed = webgpu.runWebGPUProgram(
        program('cumsum', turned.shape, rows, CODE, UNIFORMS),
        [turned],
        x.dtype,
        [rows, long, ...flags].map((value) => ({ type: 'int32', data: [value] })),
      );
      if (perm === null) return summed;
      const back = turn(summed, backend_util.getUndoAxesPermutation(perm));
      webgpu.disposeData(turned.dataId);
      webgpu.disposeData(summed.dataId);
      return back;
    },
  };
}
