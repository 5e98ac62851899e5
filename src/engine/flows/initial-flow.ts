/** Weights of a flow at step 0: uniform within 1 / sqrt(inputs) of 0, weights and biases, as PyTorch's linear layers start. */
import { fillUniform } from '../random/fill.ts';
import { fold, type Key } from '../random/key.ts';
import { flowWeightNames, flowWeightShapes, type FlowShape, type FlowWeights } from './flow-shape.ts';

export function initialFlow(shape: FlowShape, key: Key): FlowWeights {
  const shapes = flowWeightShapes(shape);
  const drawn = flowWeightNames.map((name) => {
    const size = shapes[name].reduce((product, side) => product * side, 1);
    const [inputs = 1] = shapes[name.replace('Bias', '') as typeof name];
    const bound = 1 / Math.sqrt(inputs);
    const values = new Float32Array(size);
    fillUniform(fold(key, name), values);
    return [name, values.map((u) => bound * (2 * u - 1))] as const;
  });
  // One entry a name, by construction.
  return Object.fromEntries(drawn) as unknown as FlowWeights;
}
