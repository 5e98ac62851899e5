/**
 * A network of one cell in doubles, without tensors: linear stem, cell, linear classifier, with its gradient written out. It is what
 * searches are judged by: the same on every backend, and apart from what is searched with.
 */
import { isLinear, type Edge, type Operation } from './cell.ts';

/** What is on an edge: operations with their weights. A cell that was chosen has one of weight 1. */
export type Mix = readonly { readonly operation: Operation; readonly weight: number }[];

export interface CellNetwork {
  readonly pixels: number;
  readonly features: number;
  readonly classes: number;
  readonly nodes: number;
  readonly edges: readonly Edge[];
  readonly mixes: readonly Mix[];
}

/** A linear layer among the parameters: weights [in, out], then biases [out]. */
export interface Place {
  readonly at: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Where the layers lie in the list of parameters: stem, those of the edges in the order of their mixes, classifier. */
export interface Layout {
  readonly stem: Place;
  /** One per entry of a mix; null of operations without a layer. */
  readonly edges: readonly (readonly (Place | null)[])[];
  readonly classifier: Place;
  readonly size: number;
}

export function layoutOf({ pixels, features, classes, mixes }: CellNetwork): Layout {
  let size = 0;
  const place = (inputs: number, outputs: number): Place => {
    const at = size;
    size += (inputs + 1) * outputs;
    return { at, inputs, outputs };
  };
  const stem = place(pixels, features);
  const edges = mixes.map((mix) =>
    mix.map(({ operation }) => (isLinear(operation) ? place(features, features) : null)),
  );
  return { stem, edges, classifier: place(features, classes), size };
}

/** x W + b, [rows, out]. */
function linear(x: ArrayLike<number>, rows: number, parameters: Float64Array, layer: Place): Float64Array {
  const { at, inputs, outputs } = layer;
  const biases = at + inputs * outputs;
  const y = new Float64Array(rows * outputs);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < outputs; k++) y[row * outputs + k] = parameters[biases + k]!;
    for (let i = 0; i < inputs; i++) {
      const value = x[row * inputs + i]!;
      if (value === 0) continue;
      const from = at + i * outputs;
      for (let k = 0; k < outputs; k++) y[row * outputs + k]! += value * parameters[from + k]!;
    }
  }
  return y;
}

/** Adds the gradient of the layer to `gradient`, and that of x to `dx`, where it is wanted. */
function linearBack(
  dy: Float64Array,
  x: ArrayLike<number>,
  rows: number,
  parameters: Float64Array,
  { at, inputs, outputs }: Place,
  gradient: Float64Array,
  dx: Float64Array | null,
): void {
  const biases = at + inputs * outputs;
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < outputs; k++) gradient[biases + k]! += dy[row * outputs + k]!;
    for (let i = 0; i < inputs; i++) {
      const from = at + i * outputs;
      const value = x[row * inputs + i]!;
      let sum = 0;
      for (let k = 0; k < outputs; k++) {
        const slope = dy[row * outputs + k]!;
        gradient[from + k]! += value * slope;
        sum += parameters[from + k]! * slope;
      }
      if (dx !== null) dx[row * inputs + i]! += sum;
    }
  }
}

/** What a pass keeps for the way back: the nodes, and what the layer of each operation gave, activated. */
interface Pass {
  readonly nodes: readonly Float64Array[];
  readonly activated: readonly (readonly (Float64Array | null)[])[];
  /** [rows, classes] */
  readonly scores: Float64Array;
}

const activations: Partial<Record<Operation, (sum: number) => number>> = {
  relu: (sum) => Math.max(0, sum),
  tanh: Math.tanh,
  gate: (sum) => 1 / (1 + Math.exp(-sum)),
};

function pass(
  network: CellNetwork,
  layout: Layout,
  parameters: Float64Array,
  x: ArrayLike<number>,
  rows: number,
): Pass {
  const size = rows * network.features;
  const nodes = [linear(x, rows, parameters, layout.stem)];
  for (let n = 1; n <= network.nodes; n++) nodes.push(new Float64Array(size));
  const activated = network.edges.map(({ from, to }, e) => {
    const [input, output] = [nodes[from]!, nodes[to]!];
    return network.mixes[e]!.map(({ operation, weight }, m) => {
      const place = layout.edges[e]![m] ?? null;
      if (place === null) {
        if (operation === 'skip') for (let i = 0; i < size; i++) output[i]! += weight * input[i]!;
        return null;
      }
      const made = linear(input, rows, parameters, place).map(activations[operation]!);
      for (let i = 0; i < size; i++)
        output[i]! += weight * (operation === 'gate' ? made[i]! * input[i]! : made[i]!);
      return made;
    });
  });
  return { nodes, activated, scores: linear(nodes.at(-1)!, rows, parameters, layout.classifier) };
}

/** Scores of the classes, [rows, classes]. @param x [rows, pixels] */
export function cellScores(
  network: CellNetwork,
  layout: Layout,
  parameters: Float64Array,
  x: ArrayLike<number>,
  rows: number,
): Float64Array {
  return pass(network, layout, parameters, x, rows).scores;
}

/** Mean log-likelihood of the labels, and its gradient for the parameters. */
export function logLikelihoodGradient(
  network: CellNetwork,
  layout: Layout,
  parameters: Float64Array,
  x: ArrayLike<number>,
  labels: ArrayLike<number>,
): { readonly value: number; readonly gradient: Float64Array } {
  const rows = labels.length;
  const { features, classes, edges, mixes } = network;
  const { nodes, activated, scores } = pass(network, layout, parameters, x, rows);
  const gradient = new Float64Array(layout.size);
  const slopes = new Float64Array(rows * classes);
  let value = 0;
  for (let row = 0; row < rows; row++) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const level = Math.max(...own);
    const total = own.reduce((sum, score) => sum + Math.exp(score - level), 0);
    const label = labels[row]!;
    value += (own[label]! - level - Math.log(total)) / rows;
    own.forEach((score, k) => {
      slopes[row * classes + k] = (Number(k === label) - Math.exp(score - level) / total) / rows;
    });
  }
  const back = nodes.map(() => new Float64Array(rows * features));
  linearBack(slopes, nodes.at(-1)!, rows, parameters, layout.classifier, gradient, back.at(-1)!);
  // Edges are sorted by where they lead: backwards, a node is complete before its own edges are.
  for (let e = edges.length - 1; e >= 0; e--) {
    const { from, to } = edges[e]!;
    const [input, dInput, dOutput] = [nodes[from]!, back[from]!, back[to]!];
    mixes[e]!.forEach(({ operation, weight }, m) => {
      const made = activated[e]![m] ?? null;
      if (made === null) {
        if (operation === 'skip') dOutput.forEach((d, i) => (dInput[i]! += weight * d));
        return;
      }
      const dSums = dOutput.map((d, i) => {
        const a = made[i]!;
        if (operation === 'relu') return a > 0 ? weight * d : 0;
        if (operation === 'tanh') return weight * d * (1 - a * a);
        dInput[i]! += weight * d * a;
        return weight * d * input[i]! * a * (1 - a);
      });
      linearBack(dSums, input, rows, parameters, layout.edges[e]![m]!, gradient, dInput);
    });
  }
  linearBack(back[0]!, x, rows, parameters, layout.stem, gradient, null);
  return { value, gradient };
}
