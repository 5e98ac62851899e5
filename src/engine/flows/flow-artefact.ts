/** A trained flow as an artefact: its weights, and the shape without which they mean nothing. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { StoredTensor } from '../core/stored-tensor.ts';
import type { Artefact } from '../core/artefact.ts';
import { flowWeightNames, flowWeightShapes, type FlowShape, type FlowWeights } from './flow-shape.ts';

export const FLOW_ARTEFACT = 'bundle-flow';

const metadataSchema = z.object({
  items: z.coerce.number().int().min(1).max(1000),
  field: z.enum(['diagonal', 'full']),
  width: z.coerce.number().int().min(1).max(4096),
  eulerSteps: z.coerce.number().int().min(1).max(1000),
  inputCentre: z.coerce.number(),
  inputScale: z.coerce.number().positive(),
});

export interface StoredFlow {
  readonly shape: FlowShape;
  readonly weights: FlowWeights;
}

/** @param parameters a run's, by the names of `FlowWeights`; others are left out */
export function flowArtefact(shape: FlowShape, parameters: readonly StoredTensor[]): Artefact {
  const names: readonly string[] = flowWeightNames;
  const metadata = Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, String(value)]));
  return { kind: FLOW_ARTEFACT, metadata, tensors: parameters.filter(({ name }) => names.includes(name)) };
}

/** @throws AppError validation if sizes or tensors are missing or do not fit together */
export function flowOf(artefact: Artefact, source: string): StoredFlow {
  const parsed = metadataSchema.safeParse(artefact.metadata);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(source, `its metadata lack or garble ${String(issue?.path[0])}`);
  }
  const shape: FlowShape = parsed.data;
  const shapes = flowWeightShapes(shape);
  const weights = flowWeightNames.map((name) => {
    const stored = artefact.tensors.find((tensor) => tensor.name === name);
    if (stored?.shape.join() !== shapes[name].join() || !stored.data.every(Number.isFinite)) {
      throw damaged(source, `tensor ${name} is missing, not finite, or not [${shapes[name].join(', ')}]`);
    }
    return [name, Float32Array.from(stored.data)] as const;
  });
  // One entry per name, each found above.
  return { shape, weights: Object.fromEntries(weights) as unknown as FlowWeights };
}

function damaged(source: string, what: string): AppError {
  return new AppError('validation', `${source}: ${what}; the file is not a complete flow, export it again.`);
}
