/** A `Formula` for a z of so many entries: sums written out, places and limits computed, all checked against their range. */
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import { isConstant, type Expression } from './expression.ts';
import { valueAt } from './expression-value.ts';
import type { Formula } from './formula.ts';

/** Operations after sums are written out: each is a tensor operation of every step. */
const MOST_OPERATIONS = 20_000;

interface Scope {
  /** n */
  readonly entries: number;
  readonly indices: ReadonlyMap<string, number>;
  readonly left: { operations: number };
}

/**
 * @param entries of z
 * @throws AppError validation at `objective`: a place that z or a list does not have, a limit that is no whole number, too long a sum
 */
export function unrolled(formula: Formula, entries: number): Expression {
  return unroll(formula, { entries, indices: new Map(), left: { operations: MOST_OPERATIONS } });
}

function unroll(formula: Formula, scope: Scope): Expression {
  if (--scope.left.operations < 0) {
    throw refused(
      `has more than ${MOST_OPERATIONS} operations once its sums are written out; shorten them, or write them with lists, as in sum(z * [1, 2, 3])`,
    );
  }
  switch (formula.kind) {
    case 'number':
    case 'vector':
    case 'variable':
      return formula;
    case 'size':
      return { kind: 'number', value: scope.entries };
    case 'index':
      return { kind: 'number', value: scope.indices.get(formula.name)! };
    case 'place': {
      const at = whole(formula.at, scope, 'a place in z');
      if (at < 0 || at >= scope.entries) {
        throw refused(
          `has z[${at}]; z has ${counted(scope.entries, 'entry', 'entries')}, z[0] to z[${scope.entries - 1}], counted from 0 like k`,
        );
      }
      return { kind: 'entry', at };
    }
    case 'lookup':
      return { kind: 'number', value: lookUp(formula, scope) };
    case 'sum': {
      const from = whole(formula.from, scope, 'the first value of a sum');
      const to = whole(formula.to, scope, 'the last value of a sum');
      if (to - from > MOST_OPERATIONS) scope.left.operations = 0;
      const terms: Expression[] = [];
      for (let i = from; i <= to; i++) {
        terms.push(
          unroll(formula.of, { ...scope, indices: new Map([...scope.indices, [formula.index, i]]) }),
        );
      }
      return added(terms);
    }
    case 'elementwise':
    case 'reduction':
      return { ...formula, of: unroll(formula.of, scope) };
    case 'binary':
      return { ...formula, left: unroll(formula.left, scope), right: unroll(formula.right, scope) };
  }
}

/** In pairs, so that a long sum is not deep. */
function added(terms: readonly Expression[]): Expression {
  const [first, second] = terms;
  if (first === undefined) return { kind: 'number', value: 0 };
  if (second === undefined) return first;
  const half = Math.ceil(terms.length / 2);
  return { kind: 'binary', name: 'add', left: added(terms.slice(0, half)), right: added(terms.slice(half)) };
}

function lookUp({ rows, at }: Extract<Formula, { kind: 'lookup' }>, scope: Scope): number {
  const shape = rows.length === 1 && at.length === 1 ? [rows[0]!.length] : [rows.length, rows[0]!.length];
  const places = at.map((formula) => whole(formula, scope, 'a place in a list'));
  places.forEach((place, axis) => {
    if (place >= 0 && place < shape[axis]!) return;
    const what =
      shape.length === 1 ? 'a list' : axis === 0 ? 'the rows of a list of lists' : 'a row of a list of lists';
    throw refused(`asks for place ${place} of ${what}, which has places 0 to ${shape[axis]! - 1}`);
  });
  return shape.length === 1 ? rows[0]![places[0]!]! : rows[places[0]!]![places[1]!]!;
}

/** What does not depend on z, as a whole number. */
function whole(formula: Formula, scope: Scope, what: string): number {
  const expression = unroll(formula, scope);
  const value = isConstant(expression) ? valueAt(expression, [], Number.NaN) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw refused(
    `has ${what} that is ${Number.isNaN(value) ? 'no fixed number' : value}; expected a whole number, n or an index of a sum, as in z[i + 1]`,
  );
}

function refused(what: string): AppError {
  return new AppError('validation', `objective: the expression ${what}`, { path: 'objective' });
}
