/**
 * An objective f as a formula in z (the one-hot vector, or the bits) and k (the index of the value): a tree of allowed
 * operations and nothing else. `parse-expression.ts` makes it from text, `expression-tensors.ts` makes f of it.
 */

/** Of one argument, entry by entry. */
export const elementwiseNames = [
  'abs',
  'cos',
  'exp',
  'log',
  'sigmoid',
  'sin',
  'sqrt',
  'tan',
  'tanh',
  'ceil',
  'floor',
  'round',
  'sign',
] as const;
export type Elementwise = (typeof elementwiseNames)[number] | 'negative';

/** Of one argument, over its entries; `min` and `max` also of two, entry by entry. */
export const reductionNames = ['sum', 'mean', 'min', 'max'] as const;
export type Reduction = (typeof reductionNames)[number];

export type Binary =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'power'
  | 'min'
  | 'max'
  | 'equal'
  | 'greater'
  | 'greaterEqual'
  | 'less'
  | 'lessEqual';

export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  /** One number per entry of z. */
  | { readonly kind: 'vector'; readonly values: readonly number[] }
  | { readonly kind: 'variable'; readonly name: 'z' | 'k' }
  /** z[at], counted from 0. */
  | { readonly kind: 'entry'; readonly at: number }
  | { readonly kind: 'elementwise'; readonly name: Elementwise; readonly of: Expression }
  | { readonly kind: 'reduction'; readonly name: Reduction; readonly of: Expression }
  | { readonly kind: 'binary'; readonly name: Binary; readonly left: Expression; readonly right: Expression };

const flat: ReadonlySet<string> = new Set([
  'ceil',
  'floor',
  'round',
  'sign',
  'equal',
  'greater',
  'greaterEqual',
  'less',
  'lessEqual',
]);

function children(expression: Expression): readonly Expression[] {
  if (expression.kind === 'binary') return [expression.left, expression.right];
  return expression.kind === 'elementwise' || expression.kind === 'reduction' ? [expression.of] : [];
}

function some(expression: Expression, test: (part: Expression) => boolean): boolean {
  return test(expression) || children(expression).some((child) => some(child, test));
}

/** True if every operation has a slope: steps and comparisons have none. */
export function isRelaxable(expression: Expression): boolean {
  return !some(expression, (part) => 'name' in part && flat.has(part.name));
}

export function uses(expression: Expression, variable: 'z' | 'k'): boolean {
  return some(
    expression,
    (part) =>
      (part.kind === 'variable' && part.name === variable) || (part.kind === 'entry' && variable === 'z'),
  );
}

/** Which entries of z it names one by one. */
function entriesNamed(expression: Expression): ReadonlySet<number> {
  const own = expression.kind === 'entry' ? [expression.at] : [];
  return new Set([...own, ...children(expression).flatMap((child) => [...entriesNamed(child)])]);
}

/** True if it names entries of z: in another order they may give another value. */
export function namesEntries(expression: Expression): boolean {
  return some(expression, ({ kind }) => kind === 'entry');
}

/** Lengths of the vectors written out in it. */
export function vectorLengths(expression: Expression): readonly number[] {
  const own = expression.kind === 'vector' ? [expression.values.length] : [];
  return [...own, ...children(expression).flatMap(vectorLengths)];
}

/** True if it has one value per entry of z, false if it is one number. */
function isVector(expression: Expression): boolean {
  if (expression.kind === 'reduction') return false;
  if (expression.kind === 'vector') return true;
  if (expression.kind === 'variable') return expression.name === 'z';
  return children(expression).some(isVector);
}

/**
 * True if f is a sum with one term per entry of z: then E f and its gradient need f at few points, whatever the number of bits.
 * Told from the form alone, so that some sums are not recognised.
 */
export function isAdditive(expression: Expression): boolean {
  if (isVector(expression)) return !some(expression, ({ kind }) => kind === 'reduction' || kind === 'entry');
  if (ofOneEntry(expression)) return true;
  if (expression.kind === 'reduction') {
    return (expression.name === 'sum' || expression.name === 'mean') && isAdditive(expression.of);
  }
  if (expression.kind === 'elementwise') return expression.name === 'negative' && isAdditive(expression.of);
  if (expression.kind !== 'binary') return false;
  const { name, left, right } = expression;
  if (name === 'add' || name === 'subtract') return isAdditive(left) && isAdditive(right);
  if (name === 'divide') return isAdditive(left) && isConstant(right);
  return (
    name === 'multiply' && isAdditive(left) && isAdditive(right) && (isConstant(left) || isConstant(right))
  );
}

/** True of what is the same for every z and k. */
export function isConstant(expression: Expression): boolean {
  return !some(expression, ({ kind }) => kind === 'variable' || kind === 'vector' || kind === 'entry');
}

/** True of a number that depends on one entry of z at most, as cos(z[2]) does. */
function ofOneEntry(expression: Expression): boolean {
  return (
    !some(expression, ({ kind }) => kind === 'variable' || kind === 'vector') &&
    entriesNamed(expression).size <= 1
  );
}
