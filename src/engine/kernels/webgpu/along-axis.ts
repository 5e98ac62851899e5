/** Shaders that go along one axis of a tensor, row by row: the axis is turned to be the last, where it is not. */
import {
  backend_util,
  type DataType,
  type KernelConfig,
  type NamedAttrMap,
  type TensorInfo,
  Transpose,
  util,
} from '@tensorflow/tfjs-core';
import { plainWebgpuConfig, program, WEBGPU, type WebgpuBackend } from './program.ts';

interface AlongAxis {
  readonly kernelName: string;
  /** Of the shader. */
  readonly name: string;
  /** WGSL, with `uniforms.rows` and `uniforms.long`, the length of a row, and those of `flags`. */
  readonly code: string;
  /** Threads for each row. */
  readonly threads: number;
  /** One number of each row is left; else as many as there were. */
  readonly reduces: boolean;
  /** Of the output; absent: that of the input. */
  readonly dtype?: DataType;
  /** Attributes that are true or false: 1 or 0 as uniforms of these names. */
  readonly flags?: readonly string[];
}

/** A kernel of x with the attribute `axis`. */
export function alongAxisConfig(kernel: AlongAxis): KernelConfig {
  const { kernelFunc: transpose } = plainWebgpuConfig(Transpose);
  const { kernelName, name, code, threads, reduces, dtype, flags = [] } = kernel;
  const declared = ['rows', 'long', ...flags].map((uniform) => `${uniform} : i32,`).join(' ');
  return {
    kernelName,
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
      const rows = util.sizeFromShape(turned.shape.slice(0, -1));
      const made = webgpu.runWebGPUProgram(
        program(name, reduces ? turned.shape.slice(0, -1) : turned.shape, rows * threads, code, declared),
        [turned],
        dtype ?? x.dtype,
        [rows, long, ...flags.map((flag) => flagOf(attrs, flag))].map((value) => ({
          type: 'int32',
          data: [value],
        })),
      );
      if (perm === null) return made;
      webgpu.disposeData(turned.dataId);
      if (reduces) return made;
      const back = turn(made, backend_util.getUndoAxesPermutation(perm));
      webgpu.disposeData(made.dataId);
      return back;
    },
  };
}

function flagOf(attrs: NamedAttrMap | undefined, flag: string): number {
  return attrs?.[flag] === true ? 1 : 0;
}
