/**
 * Choices of a row that are allowed only in some combinations, as an automaton that reads them one by one: a dynamic programme over
 * its states finds the best combination, or sums over all of them.
 */
export interface Automaton {
  /** K, values per choice; 2 for bits. */
  readonly values: number;
  readonly states: number;
  /** Where the values lead at that place: [value][state] -> the next state, undefined if the value is not allowed there. */
  next(place: number): Transitions;
  /** States in which the choices may end; state 0 is the first. */
  readonly final: readonly number[];
}

export type Transitions = readonly (readonly (number | undefined)[])[];

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Bits of which at most `size` are 1, or exactly: counts them. */
export function countingAutomaton(size: number, exactly: boolean): Automaton {
  const states = range(size + 1);
  const one = states.map((count) => (count < size ? count + 1 : undefined));
  const both = [states, one];
  return { values: 2, states: states.length, next: () => both, final: exactly ? [size] : states };
}

/** Bits whose ones stand side by side, or there are none: before, inside, after them. */
export const segmentAutomaton: Automaton = {
  values: 2,
  states: 3,
  next: () => SEGMENT,
  final: [0, 1, 2],
};
const SEGMENT: Transitions = [
  [0, 2, 2],
  [1, 1, undefined],
];

/** Bits whose weights, whole numbers, sum to the capacity at most: the state is what is filled. */
export function knapsackAutomaton(weights: readonly number[], capacity: number): Automaton {
  const states = range(capacity + 1);
  const next = weights.map((weight): Transitions => [
    states,
    states.map((filled) => (filled + weight <= capacity ? filled + weight : undefined)),
  ]);
  return { values: 2, states: states.length, next: (place) => next[place]!, final: states };
}

/** Choices of K values of which no two take the same: the state is the set of those taken, 2^K of them. */
export function assignmentAutomaton(values: number): Automaton {
  const states = range(2 ** values);
  const each = range(values).map((value) =>
    states.map((taken) => ((taken >> value) & 1 ? undefined : taken | (1 << value))),
  );
  return { values, states: states.length, next: () => each, final: states };
}
