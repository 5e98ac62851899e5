/**
 * Functions of one number that the WebGPU backend computes too coarsely. WGSL asks little of log and exp: near 1, log may err by 2^-21,
 * and what it makes of 0 is left open (SwiftShader: -88); the backend builds log1p, expm1 and tanh on them without a thought for small
 * arguments, where nothing of the result is left.
 */
import { Expm1, type KernelConfig, Log, Log1p, Softplus, Tanh } from '@tensorflow/tfjs-core';
import { elements, program, WEBGPU, type WebgpuBackend } from './program.ts';

/** log1p by 2 artanh(a / (2 + a)) near 0, to the 11th power: the rest is below 1e-12. */
const LOG1P_NEAR_0 = `
  fn logOnePlusSmall(a : f32) -> f32 {
    let s = a / (2.0 + a);
    let t = s * s;
    return 2.0 * s * (1.0 + t * (1.0 / 3.0 + t * (1.0 / 5.0 + t * (1.0 / 7.0 + t * (1.0 / 9.0 + t / 11.0)))));
  }
`;

/** 0 has an infinite logarithm. Subnormal numbers are read by their bits, as the GPU may take them for 0. */
const LOG = `
  ${LOG1P_NEAR_0}
  fn naturalLog(a : f32) -> f32 {
    let bits = bitcast<u32>(a);
    if ((bits & 0x7fffffffu) == 0u) { return -uniforms.INFINITY; }
    if (isnan(a) || bits == 0x7f800000u) { return a; }
    if (bits > 0x7fffffffu) { return uniforms.NAN; }
    // The number is its bits times 2^-149.
    if (bits < 0x00800000u) { return log(f32(bits)) - 103.27892990343184; }
    // The difference is exact here.
    if (abs(a - 1.0) <= 0.25) { return logOnePlusSmall(a - 1.0); }
    return log(a);
  }
`;

const LOG1P = `
  fn logOnePlus(a : f32) -> f32 {
    if (abs(a) <= 0.25) { return logOnePlusSmall(a); }
    return naturalLog(1.0 + a);
  }
`;

/** By its Taylor series near 0, to the 9th power: the rest is below 1e-9 of the result. */
const EXPM1 = `
  fn expLessOne(a : f32) -> f32 {
    if (abs(a) > 0.5) { return exp(a) - 1.0; }
    return a * (1.0 + a / 2.0 * (1.0 + a / 3.0 * (1.0 + a / 4.0 * (1.0 + a / 5.0
      * (1.0 + a / 6.0 * (1.0 + a / 7.0 * (1.0 + a / 8.0 * (1.0 + a / 9.0))))))));
  }
`;

const FUNCTIONS: Readonly<Record<string, string>> = {
  [Log]: `${LOG} fn unary(a : f32) -> f32 { return naturalLog(a); }`,
  [Log1p]: `${LOG} ${LOG1P} fn unary(a : f32) -> f32 { if (isnan(a)) { return a; } return logOnePlus(a); }`,
  [Expm1]: `${EXPM1} fn unary(a : f32) -> f32 { if (isnan(a)) { return a; } return expLessOne(a); }`,
  // max(a, 0) + log1p(exp(-|a|)) neither overflows nor loses the small end.
  [Softplus]: `${LOG} ${LOG1P} fn unary(a : f32) -> f32 {
    if (isnan(a)) { return a; }
    return max(a, 0.0) + logOnePlus(exp(-abs(a)));
  }`,
  // -expm1(-2 |a|) / (2 + expm1(-2 |a|)) with the sign of a does not overflow either.
  [Tanh]: `${EXPM1} fn unary(a : f32) -> f32 {
    if (isnan(a)) { return a; }
    let e = expLessOne(-2.0 * abs(a));
    let size = -e / (2.0 + e);
    return select(size, -size, a < 0.0);
  }`,
};

export function unaryConfigs(): KernelConfig[] {
  return Object.entries(FUNCTIONS).map(([kernelName, functions]) => ({
    kernelName,
    backendName: WEBGPU,
    kernelFunc: ({ inputs, backend }) => {
      const x = inputs['x']!;
      const code = `
        ${functions}
        fn main(index : i32) {
          if (index < uniforms.size) { setOutputAtIndex(index, unary(getXByOutputIndex(index))); }
        }
      `;
      const made = program(kernelName, x.shape, elements(x), code);
      return (backend as WebgpuBackend).runWebGPUProgram(made, [x], 'float32');
    },
  }));
}
