/** The memory that training networks takes, from their sizes alone: a lower bound, for `ProblemDefinition.memory`. */

const FLOAT_BYTES = 4;
/** Tensors of the parameters' shape alive at once: values, gradient, two moments of Adam, two intermediate ones. */
const PARAMETER_COPIES = 6;
/** Tensors as large as a layer's output: forward, and what their gradients keep. */
const ACTIVATION_COPIES = 4;

/** What memory goes by of some networks of dense layers. @param networks each as `createDense` takes it */
export function denseSizes(...networks: readonly (readonly number[])[]): {
  readonly parameters: number;
  /** Numbers that the layers make of one row. */
  readonly outputs: number;
} {
  const layers = networks.flatMap((sizes) => sizes.slice(1).map((out, i) => ({ before: sizes[i]!, out })));
  return {
    parameters: layers.reduce((sum, { before, out }) => sum + (before + 1) * out, 0),
    outputs: layers.reduce((sum, { out }) => sum + out, 0),
  };
}

/**
 * Bytes.
 * @param outputs numbers that layers make of a row
 * @param kept further numbers per row, as many as are alive at once
 */
export function trainingBytes(parameters: number, batch: number, outputs: number, kept = 0): number {
  return FLOAT_BYTES * (PARAMETER_COPIES * parameters + batch * (ACTIVATION_COPIES * outputs + kept));
}
