/**
 * How each kernel is run for all runs of a stack at once. Shapes and axes in a call are those of one run; in memory the runs are
 * a first axis before them.
 */
import {
  backend_util,
  slice_util,
  util,
  type KernelConfig,
  type NamedAttrMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { ADAM_STEP } from '../adam.ts';
import { BERNOULLI_LIKELIHOOD, BERNOULLI_RESIDUAL } from '../bernoulli-likelihood.ts';
import { CHOSEN_LOG_SOFTMAX, CHOSEN_LOG_SOFTMAX_GRADIENT } from '../chosen-log-softmax.ts';
import { CONTROLLED, CONTROLLED_GRADIENT } from '../control-variate.ts';
import { RELU_GRADIENT, SIGMOID_GRADIENT, TANH_GRADIENT } from '../activation-gradients.ts';
import { CATEGORICAL_SAMPLE } from '../categorical-sample.ts';
import { SCALED_SOFTMAX, SOFTMAX_CURVATURE, SOFTMAX_GRADIENT } from '../scaled-softmax.ts';
import type { StackedCall } from './stacked-call.ts';

/** @returns outputs as they lie in memory, the runs as their first axis; undefined where this call has to go run by run */
export type Rule = (call: StackedCall) => TensorInfo | TensorInfo[] | undefined;

/** Every number by itself, or every row by itself along the last axis: all inputs have the same shape, or stand for rows of it. */
export const alike: Rule = (call) => call.run(call.all((x) => call.lifted(x)));

/** Every number by itself, the inputs broadcast against each other. */
export const broadcast =
  (kernel?: KernelConfig): Rule =>
  (call) => {
    const rank = Math.max(...call.tensors.map(({ shape }) => shape.length));
    return call.run(
      call.all((x) => (call.isStacked(x) ? call.lifted(x, rank) : x)),
      {},
      kernel,
    );
  };

/** Along axes that an attribute names: one, several, or (absent) all. */
export const alongAxes =
  (attribute = 'axis', kernel?: KernelConfig): Rule =>
  (call) => {
    const axes = util.parseAxisParam(call.attrs[attribute] as number | number[], call.only.shape);
    return call.run(
      call.all((x) => call.lifted(x)),
      { [attribute]: axes.map((axis) => axis + 1) },
      kernel,
    );
  };

const alongAxis: Rule = (call) => {
  const [axis] = util.parseAxisParam(call.attrs['axis'] as number, call.only.shape) as [number];
  return call.run(
    call.all((x) => call.lifted(x)),
    { axis: axis + 1 },
  );
};

const ofShape =
  (attribute: (attrs: NamedAttrMap, x: TensorInfo, members: number) => NamedAttrMap): Rule =>
  (call) =>
    call.run(
      call.all((x) => call.lifted(x)),
      attribute(call.attrs, call.tensors[0]!, call.members),
    );

const reshape = ofShape((attrs, x, members) => ({
  shape: [members, ...util.inferFromImplicitShape(attrs['shape'] as number[], util.sizeFromShape(x.shape))],
}));

/** Adds the axis of the runs to one that counts from 0, or from the end of an output with that many more axes than x. */
const shiftedAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis) + 1;

export const product: Rule = (call) => {
  const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
  const rank = Math.max(a.shape.length, b.shape.length);
  return call.run({ a: call.lifted(a, rank), b: call.lifted(b, rank) });
};

const gather: Rule = (call) => {
  const { x, indices } = call.inputs as { x: TensorInfo; indices: TensorInfo };
  const [axis] = util.parseAxisParam(Number(call.attrs['axis'] ?? 0), x.shape) as [number];
  const batchDims = Number(call.attrs['batchDims'] ?? 0);
  if (!call.isStacked(indices) && batchDims === 0)
    return call.run({ x: call.lifted(x), indices }, { axis: axis + 1 });
  return call.run(
    { x: call.lifted(x), indices: call.lifted(indices) },
    { axis: axis + 1, batchDims: batchDims + 1 },
  );
};

/** Rows that are searched one by one: those of all runs are one list of rows. */
const searchSorted: Rule = (call) => {
  const rows = (x: TensorInfo): TensorInfo => {
    const { shape, ...lifted } = call.lifted(x);
    return { ...lifted, shape: [shape[0]! * shape[1]!, shape[2]!] };
  };
  const { values } = call.inputs as { values: TensorInfo };
  const found = call.run(call.all(rows)) as TensorInfo;
  return { ...found, shape: [call.members, ...values.shape] };
};

const select: Rule = (call) => {
  const { condition, t } = call.inputs as { condition: TensorInfo; t: TensorInfo };
  return condition.shape.length === t.shape.length ? alike(call) : undefined;
};

/** Adam's powers of beta are the same for all runs. */
const adamStep: Rule = (call) => {
  const { power1, power2, ...rest } = call.inputs as Record<string, TensorInfo>;
  if (call.isStacked(power1!) || call.isStacked(power2!)) return undefined;
  const lifted = Object.fromEntries(Object.entries(rest).map(([name, x]) => [name, call.lifted(x)]));
  return call.run({ ...lifted, power1: power1!, power2: power2! });
};

/** Kernels whose output depends on the shape of their input alone: it is the same for all runs. */
export const shapeOnly: readonly string[] = ['ZerosLike', 'OnesLike'];

const named = (names: readonly string[], rule: Rule): [string, Rule][] => names.map((name) => [name, rule]);

/** By the name of the kernel; those that are not here go run by run. */
export const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...named(
    'Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil ClipByValue Cos Cosh Elu Erf Exp Expm1 Floor Identity IsFinite IsInf IsNan LeakyRelu Log Log1p LogicalNot Neg OneHot Reciprocal Relu Relu6 Round Rsqrt Selu Sigmoid Sign Sin Sinh Softplus Sqrt Square Step Tan Tanh AddN'.split(
      ' ',
    ),
    alike,
  ),
  ...named(
    [
      ...[SCALED_SOFTMAX, SOFTMAX_GRADIENT, SOFTMAX_CURVATURE, RELU_GRADIENT, SIGMOID_GRADIENT],
      ...[TANH_GRADIENT, CONTROLLED, CONTROLLED_GRADIENT, CATEGORICAL_SAMPLE],
      ...[BERNOULLI_LIKELIHOOD, BERNOULLI_RESIDUAL, CHOSEN_LOG_SOFTMAX, CHOSEN_LOG_SOFTMAX_GRADIENT],
    ],
    alike,
  ),
  ...named(
    'Add Sub Multiply RealDiv FloorDiv Mod Pow Maximum Minimum SquaredDifference Atan2 Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr LogicalXor'.split(
      ' ',
    ),
    broadcast(),
  ),
  ...named(['Sum', 'Mean', 'Min', 'Prod', 'All', 'Any'], alongAxes()),
  ['Max', alongAxes('reductionIndices')],
  ['Softmax', ofShape((attrs, x) => ({ dim: shiftedAxis(Number(attrs['dim'] ?? -1), x.shape.length) }))],
  ...named(['ArgMax', 'ArgMin', 'Cumsum', 'Cumprod'], alongAxis),
  ['Reshape', reshape],
  ['ExpandDims', ofShape((attrs, x) => ({ dim: shiftedAxis(attrs['dim'] as number, x.shape.length + 1) }))],
  ['Transpose', ofShape((attrs) => ({ perm: [0, ...(attrs['perm'] as number[]).map((axis) => axis + 1)] }))],
  [
    'Slice',
    ofShape((attrs, x, members) => {
      const given = [attrs['begin'], attrs['size']] as [number | number[], number | number[]];
      const [begin, size] = slice_util.parseSliceParams(x, ...given);
      return { begin: [0, ...begin!], size: [members, ...size!] };
    }),
  ],
  ['PadV2', ofShape((attrs) => ({ paddings: [[0, 0], ...(attrs['paddings'] as number[][])] as never }))],
  ['Tile', ofShape((attrs) => ({ reps: [1, ...(attrs['reps'] as number[])] }))],
  ['Concat', ofShape((attrs, x) => ({ axis: shiftedAxis(attrs['axis'] as number, x.shape.length) }))],
  ['Pack', ofShape((attrs, x) => ({ axis: shiftedAxis(attrs['axis'] as number, x.shape.length + 1) }))],
  ['Unpack', ofShape((attrs, x) => ({ axis: shiftedAxis(attrs['axis'] as number, x.shape.length) }))],
  [
    'SplitV',
    ofShape((attrs, x) => ({
      axis: shiftedAxis(attrs['axis'] as number, x.shape.length),
      numOrSizeSplits: backend_util.prepareSplitSize(
        x,
        attrs['numOrSizeSplits'] as number | number[],
        shiftedAxis(attrs['axis'] as number, x.shape.length) - 1,
      ),
    })),
  ],
  ['BatchMatMul', product],
  ['GatherV2', gather],
  ['SearchSorted', searchSorted],
  ['Select', select],
  [ADAM_STEP, adamStep],
]);
