/** Columns of a log as they are read: numbers and texts in typed arrays that grow, and the features that they become. */
import { inOrder, numberOf } from './item-table.ts';

export interface ContextColumn {
  readonly name: string;
  /** `auto`: a number or a text, as the first row has it. */
  readonly type: 'number' | 'text' | 'auto';
}

/** A typed array that grows. */
class Growing<T extends Float64Array | Int32Array> {
  #values: T;
  #count = 0;
  readonly #make: (size: number) => T;

  constructor(make: (size: number) => T) {
    this.#make = make;
    this.#values = make(1024);
  }

  push(value: number): void {
    if (this.#count === this.#values.length) {
      const larger = this.#make(2 * this.#count);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#count++] = value;
  }

  get values(): T {
    return this.#values.subarray(0, this.#count) as T;
  }
}

export const doubles = () => new Growing((size) => new Float64Array(size));
const integers = () => new Growing((size) => new Int32Array(size));

/** Texts as numbers from 0 in the order in which they come. */
export class Texts {
  readonly numbers = new Map<string, number>();
  readonly rows = integers();

  push(text: string): void {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(text, number);
    }
    this.rows.push(number);
  }
}

export type Column = { readonly name: string; readonly at: number } & (
  | { readonly numbers: Growing<Float64Array>; readonly texts: null }
  | { readonly numbers: null; readonly texts: Texts }
);

/** @param first cell of the column */
export function columnFor(
  { name, type, at }: ContextColumn & { readonly at: number },
  first: string,
): Column {
  const isNumber = type === 'number' || (type === 'auto' && numberOf(first) !== null);
  return isNumber
    ? { name, at, numbers: doubles(), texts: null }
    : { name, at, numbers: null, texts: new Texts() };
}

export interface Feature {
  readonly name: string;
  valueOf(row: number): number;
}

/** A column of numbers is one feature, one of texts a feature of 0 or 1 for each text (one-hot). */
export function contextFeatures({ name, numbers, texts }: Column): readonly Feature[] {
  if (numbers !== null) {
    const { values } = numbers;
    return [{ name, valueOf: (row) => values[row]! }];
  }
  const { values } = texts.rows;
  return inOrder([...texts.numbers.keys()]).map((text) => {
    const number = texts.numbers.get(text)!;
    return { name: `${name}=${text}`, valueOf: (row) => Number(values[row] === number) };
  });
}

/** [rows, features] */
export function contextOf(features: readonly Feature[], rows: number): Float64Array {
  const context = new Float64Array(rows * features.length);
  features.forEach(({ valueOf }, c) => {
    for (let row = 0; row < rows; row++) context[row * features.length + c] = valueOf(row);
  });
  return context;
}
