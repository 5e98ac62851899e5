/**
 * Rules for the kernels of wasm that choose how they go about it by the size of what they get: they choose as they would for one run.
 */
import { broadcast_util, util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { DENSE_LAYER } from '../dense-layer.ts';
import { ownProduct } from '../wasm/batch-mat-mul.ts';
import { BLOCK } from '../wasm/narrow-product-code.ts';
import { FLAGS_AT_A_TIME } from '../wasm/elementwise-code.ts';
import { replacedKernel } from '../wasm/register.ts';
import { sumPath } from '../wasm/sum.ts';
import { alike, alongAxes, broadcast, product, type Rule } from './rules.ts';

/** Ours and the backend's own differ in the order of the terms. */
const sum: Rule = (call) => {
  const x = call.only;
  const { way } = sumPath(x, util.parseAxisParam(call.attrs['axis'] as number | number[], x.shape));
  if (way === 'rows' || way === 'narrow') return undefined;
  return alongAxes('axis', way === 'plain' ? replacedKernel('Sum') : undefined)(call);
};

/** Ours and the backend's own differ in the sign of a zero. */
const extreme =
  (name: string): Rule =>
  (call) => {
    const shape = call.tensors.reduce<number[]>(
      (all, x) => broadcast_util.assertAndGetBroadcastShape(all, x.shape),
      [],
    );
    const size = util.sizeFromShape(shape);
    return broadcast(size < FLAGS_AT_A_TIME ? replacedKernel(name) : undefined)(call);
  };

/** The backend's own takes the terms of one product in one go, and those of several in blocks. */
function addsUpAsAlone(a: TensorInfo, b: TensorInfo, attrs: NamedAttrMap): boolean {
  const own = ownProduct(a, b, attrs);
  return own?.inOneGo !== true || own.terms <= BLOCK;
}

const matrixProduct: Rule = (call) => {
  const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
  return addsUpAsAlone(a, b, call.attrs) ? product(call) : undefined;
};

const denseLayer: Rule = (call) => {
  const { x, weights } = call.inputs as { x: TensorInfo; weights: TensorInfo };
  return addsUpAsAlone(x, weights, {}) ? alike(call) : undefined;
};

export const wasmRules: ReadonlyMap<string, Rule> = new Map([
  ['Sum', sum],
  ['Maximum', extreme('Maximum')],
  ['Minimum', extreme('Minimum')],
  ['BatchMatMul', matrixProduct],
  [DENSE_LAYER, denseLayer],
]);
