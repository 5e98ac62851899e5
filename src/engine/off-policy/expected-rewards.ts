/**
 * Functions of contexts and items that the generator of the Open Bandit Pipeline draws from its seed: expected rewards (before the
 * logistic function), and the logits of behaviour policies. Contexts and items are expanded to all monomials up to a degree, and
 * the function is linear in those of the contexts, of the items, and of their products.
 * Source: Saito, Aihara, Matsutani, Narita, "Open Bandit Dataset and Pipeline", NeurIPS 2021 (Datasets and Benchmarks);
 * obp/dataset/synthetic.py. Differs from source: the z-score is that of its documentation, (l - mean) / std, and not that of its
 * code since August 2022, l - mean / std, for which no figure was ever published.
 */
import type { NumpyRandom } from './numpy-random.ts';

/** Linear: degree 1; polynomial: 3; sparse: 4, with 30 % of the monomials. */
export const laws = ['linear', 'polynomial', 'sparse'] as const;
export type Law = (typeof laws)[number];

const degrees: Readonly<Record<Law, number>> = { linear: 1, polynomial: 3, sparse: 4 };
const SPARSE_SHARE = 0.3;

export interface FunctionInputs {
  readonly rounds: number;
  /** [rounds, dimension] */
  readonly context: Float64Array;
  readonly dimension: number;
  readonly items: number;
  /** Each item has one feature, which is 1, of this many: see `categoryOf`. */
  readonly categories: number;
}

/** Which feature of an item is 1. */
export function categoryOf(item: number, categories: number): number {
  return item % categories;
}

/** Coefficients that a law draws: contexts' monomials times items', and what bounds the time that it takes. */
export function coefficientsOf(law: Law, dimension: number, categories: number): number {
  const degree = degrees[law];
  return monomialCount(dimension, degree) * monomialCount(categories, degree);
}

/** Monomials of `variables` variables up to `degree`, the constant among them: binomial(variables + degree, degree). */
function monomialCount(variables: number, degree: number): number {
  let count = 1;
  for (let i = 1; i <= degree; i++) count = (count * (variables + i)) / i;
  return Math.round(count);
}

/** l(x, a) = c . x + a . t + x M a with coefficients of U(-1, 1), then as a z-score times the degree; [rounds, items]. */
export function rewardLogits(law: Law, inputs: FunctionInputs, random: NumpyRandom): Float64Array {
  const degree = degrees[law];
  const contextCount = monomialCount(inputs.dimension, degree);
  const itemCount = monomialCount(inputs.categories, degree);
  const chosen = (count: number) =>
    law === 'sparse'
      ? random.permutation(count).subarray(0, Math.max(1, Math.floor(count * SPARSE_SHARE)))
      : Int32Array.from({ length: count }, (_, i) => i);
  const ofContexts = chosen(contextCount);
  const ofItems = chosen(itemCount);
  const coefficient = () => -1 + 2 * random.uniform();
  const own = Float64Array.from({ length: ofContexts.length }, coefficient);
  return scoredLogits({ degree, inputs, ofContexts, ofItems, own, coefficient });
}

/** As `rewardLogits`, with coefficients of U(0, 1) and no term of the context alone, which a softmax would not see. */
export function behaviourLogits(
  law: Exclude<Law, 'sparse'>,
  inputs: FunctionInputs,
  random: NumpyRandom,
): Float64Array {
  const degree = degrees[law];
  const all = (variables: number) =>
    Int32Array.from({ length: monomialCount(variables, degree) }, (_, i) => i);
  const ofContexts = all(inputs.dimension);
  const own = new Float64Array(ofContexts.length);
  const coefficient = () => random.uniform();
  return scoredLogits({ degree, inputs, ofContexts, ofItems: all(inputs.categories), own, coefficient });
}

interface DrawnFunction {
  readonly degree: number;
  readonly inputs: FunctionInputs;
  /** Monomials of contexts and items that count, in the order of their coefficients. */
  readonly ofContexts: Int32Array;
  readonly ofItems: Int32Array;
  /** Coefficients of the contexts' monomials. */
  readonly own: Float64Array;
  /** The next coefficient: those of the items' monomials, then the matrix row by row. */
  coefficient(): number;
}

function scoredLogits({
  degree,
  inputs,
  ofContexts,
  ofItems,
  own,
  coefficient,
}: DrawnFunction): Float64Array {
  const { rounds, context, dimension, items, categories } = inputs;
  // Of an item's monomials only the constant and the powers of its one feature are not 0.
  const members = membersOf(ofItems, categories, degree);
  const ofItem = new Float64Array(categories);
  const matrix = new Float64Array(ofContexts.length * categories);
  const readRow = (row: Float64Array) => {
    for (const of of members) {
      const value = coefficient();
      if (of === 'all') for (let c = 0; c < categories; c++) row[c]! += value;
      else if (of !== null) row[of]! += value;
    }
  };
  readRow(ofItem);
  for (let m = 0; m < ofContexts.length; m++) {
    readRow(matrix.subarray(m * categories, (m + 1) * categories));
  }
  const monomials = monomialsOf(dimension, degree);
  const values = new Float64Array(monomials.length);
  const ofCategory = new Float64Array(categories);
  const logits = new Float64Array(rounds * items);
  for (let n = 0; n < rounds; n++) {
    monomials.forEach((variables, m) => {
      values[m] = variables.reduce((product, v) => product * context[n * dimension + v]!, 1);
    });
    ofCategory.set(ofItem);
    ofContexts.forEach((monomial, m) => {
      const value = values[monomial]!;
      const share = value * own[m]!;
      for (let c = 0; c < categories; c++) ofCategory[c]! += share + value * matrix[m * categories + c]!;
    });
    for (let a = 0; a < items; a++) logits[n * items + a] = ofCategory[categoryOf(a, categories)]!;
  }
  return zScores(logits, degree);
}

/** Mean and deviation of all the numbers together, as the source has it: those of a batch, not of the law. */
function zScores(logits: Float64Array, degree: number): Float64Array {
  const count = logits.length;
  const rough = logits.reduce((sum, value) => sum + value, 0) / count;
  // What rounding of a long sum has lost.
  const mean = rough + logits.reduce((sum, value) => sum + (value - rough), 0) / count;
  const deviation = Math.sqrt(logits.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
  return logits.map((value) => (degree * (value - mean)) / deviation);
}

/** Variables of each monomial, as scikit-learn's PolynomialFeatures orders them: by degree, then by variables. */
function monomialsOf(variables: number, degree: number): readonly (readonly number[])[] {
  const all: number[][] = [[]];
  let last: number[][] = [[]];
  for (let d = 0; d < degree; d++) {
    const longer: number[][] = [];
    for (const monomial of last) {
      for (let v = monomial.at(-1) ?? 0; v < variables; v++) longer.push([...monomial, v]);
    }
    all.push(...longer);
    last = longer;
  }
  return all;
}

/** What each of the chosen monomials of items is 1 for: all items, those of one category, or none. */
function membersOf(chosen: Int32Array, categories: number, degree: number): (number | 'all' | null)[] {
  const powers = new Map<number, number>();
  let start = 1;
  for (let d = 1; d <= degree; d++) {
    // The power d of variable c comes first of those that begin with c: all of d variables from c on.
    let index = start;
    for (let c = 0; c < categories; c++) {
      powers.set(index, c);
      index += repeated(categories - c, d - 1);
    }
    start = index;
  }
  return Array.from(chosen, (monomial) => (monomial === 0 ? 'all' : (powers.get(monomial) ?? null)));
}

/** Monomials of exactly `degree` in `variables` variables. */
function repeated(variables: number, degree: number): number {
  return monomialCount(variables - 1, degree);
}
