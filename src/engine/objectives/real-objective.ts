/** f of real numbers, made of an expression: as tensors, and value by value. */
import { AppError } from '../../shared/errors.ts';
import type { Objective } from '../core/choice.ts';
import { refuseOtherLengths } from './discrete-objective.ts';
import { isAdditive, isRelaxable, namesEntries, uses, vectorLengths, type Expression } from './expression.ts';
import { evaluateRows } from './expression-tensors.ts';
import { valueAt } from './expression-value.ts';
import type { WrittenObjective } from './objective-text.ts';
import { unrolled } from './unroll.ts';

export interface RealObjective {
  /** D */
  readonly dimensions: number;
  readonly tensors: Objective;
  /** True if f is a sum with one term a number. */
  readonly additive: boolean;
  /** True if f is the same whichever way round the numbers are. */
  readonly alike: boolean;
  /** True if f is the sum of the squares: its mean is known from two moments. */
  readonly square: boolean;
  /** f of one z, D numbers, in doubles. */
  value(z: readonly number[]): number;
}

/** @throws AppError validation at `objective` if it does not fit D real numbers */
export function realObjective(written: WrittenObjective, dimensions: number): RealObjective {
  if (written.kind === 'table') {
    throw refused(
      'a table has one number per value of z, but a real z has infinitely many values; write expr:<formula in z>',
    );
  }
  const expression = unrolled(written.expression, dimensions);
  refuseOtherLengths(expression, dimensions);
  if (uses(expression, 'k')) {
    throw refused(
      'k is the index of a discrete choice, but this z is real; write the formula in z, e.g. expr:z^2',
    );
  }
  return {
    dimensions,
    additive: dimensions === 1 || isAdditive(expression),
    alike: vectorLengths(expression).length === 0 && !namesEntries(expression),
    square: isSquare(expression),
    tensors: {
      relaxable: isRelaxable(expression),
      additive: isAdditive(expression),
      evaluate: (z) => evaluateRows(expression, { z: z }),
    },
    value: (z) => valueAt(expression, z, 0),
  };
}

/** z^2 or sum(z^2), as it is written. */
function isSquare(expression: Expression): boolean {
  if (expression.kind === 'reduction') return expression.name === 'sum' && isSquare(expression.of);
  if (expression.kind !== 'binary' || expression.name !== 'power') return false;
  const { left, right } = expression;
  return left.kind === 'variable' && left.name === 'z' && right.kind === 'number' && right.value === 2;
}

function refused(message: string): AppError {
  return new AppError('validation', `objective: ${message}`, { path: 'objective' });
}
