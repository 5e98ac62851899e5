/**
 * Vectors that are worked on side by side. The operations on one number wait for one another, and a processor looks no more than some 60
 * of them ahead for others to do meanwhile: where they are a long chain, several chains are written into one another.
 */
import type { V128 } from './expression.ts';
import type { FunctionBuilder } from './module.ts';

export type Vectors = readonly V128[];

/**
 * Applies an operation to every one of the vectors, the code of all together; each result has a local of its own. An operand that is
 * one vector is the same for all.
 */
export type Each = (
  operation: (...operands: V128[]) => V128,
  ...operands: readonly (V128 | Vectors)[]
) => Vectors;

/** @param count of the vectors side by side */
export function abreast(f: FunctionBuilder, count: number): Each {
  return (operation, ...operands) =>
    Array.from({ length: count }, (_, i) => {
      const own = operands.map((operand) => ('code' in operand ? operand : operand[i]!));
      return f.let(operation(...own)).get;
    });
}
