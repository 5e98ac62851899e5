/**
 * Assembles WebAssembly modules at run time from `expression.ts`: the bytes are never stored, so they cannot differ from
 * their source. Format: https://webassembly.github.io/spec/core/binary/modules.html.
 */
import type { Expression, I32, ValueType } from './expression.ts';
import { i32, unsigned } from './expression.ts';

const CODES: Record<ValueType, number> = { i32: 0x7f, v128: 0x7b };
const VOID = 0x40;

/** A local of a function. */
export interface Variable<T extends ValueType = ValueType> {
  readonly get: Expression<T>;
  readonly index: number;
}

/** The statements of one function, in order. */
export class FunctionBuilder {
  readonly #parameters: number;
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A new local that holds the value. */
  let<T extends ValueType>(value: Expression<T>): Variable<T> {
    const index = this.#parameters + this.#locals.length;
    this.#locals.push(value.type);
    const variable = { index, get: { type: value.type, code: [0x20, ...unsigned(index)] } };
    this.set(variable, value);
    return variable;
  }

  set<T extends ValueType>(variable: Variable<T>, value: Expression<T>): void {
    this.run([...value.code, 0x21, ...unsigned(variable.index)]);
  }

  /** A statement made elsewhere, such as a store. */
  run(statement: readonly number[]): void {
    this.#code.push(...statement);
  }

  /** Runs `body` with an offset of 0, `step`, 2 `step`, ... below `end`; not at all if `end` is 0. */
  loop(end: I32, step: number | I32, body: (offset: I32) => void): void {
    const offset = this.let(i32.const(0));
    this.if(end, () => {
      this.run([0x03, VOID]);
      body(offset.get);
      this.set(offset, i32.add(offset.get, typeof step === 'number' ? i32.const(step) : step));
      this.run([...i32.ltU(offset.get, end).code, 0x0d, 0, 0x0b]);
    });
  }

  /** Runs `body` if the condition is not 0. */
  if(condition: I32, body: () => void): void {
    this.run([...condition.code, 0x04, VOID]);
    body();
    this.run([0x0b]);
  }

  /** Body as the code section holds it. */
  encode(): number[] {
    const locals = this.#locals.flatMap((type) => [1, CODES[type]]);
    return sized([...unsigned(this.#locals.length), ...locals, ...this.#code, 0x0b]);
  }
}

interface FunctionSource {
  readonly name: string;
  readonly parameters: number;
  readonly builder: FunctionBuilder;
}

export class ModuleBuilder {
  readonly #functions: FunctionSource[] = [];

  /** A function of `parameters` integers that returns nothing, exported as `name`. */
  define(name: string, parameters: number, write: (f: FunctionBuilder, ...args: I32[]) => void): void {
    const builder = new FunctionBuilder(parameters);
    const args = Array.from({ length: parameters }, (_, i): I32 => ({
      type: 'i32',
      code: [0x20, ...unsigned(i)],
    }));
    write(builder, ...args);
    this.#functions.push({ name, parameters, builder });
  }

  /** The module; it imports its memory as `host.memory`. */
  encode(): Uint8Array {
    const types = this.#functions.map(({ parameters }) => [
      0x60,
      ...vector(Array.from({ length: parameters }, () => [CODES.i32])),
      ...vector([]),
    ]);
    const memory = [...text('host'), ...text('memory'), 0x02, 0x00, ...unsigned(0)];
    return Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, types),
      ...section(2, [memory]),
      ...section(
        3,
        this.#functions.map((_, i) => unsigned(i)),
      ),
      ...section(
        7,
        this.#functions.map(({ name }, i) => [...text(name), 0x00, ...unsigned(i)]),
      ),
      ...section(
        10,
        this.#functions.map(({ builder }) => builder.encode()),
      ),
    ]);
  }
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, items: readonly (readonly number[])[]): number[] {
  return [id, ...sized(vector(items))];
}

/** An ASCII name. */
function text(name: string): number[] {
  return sized(Array.from(name, (letter) => letter.charCodeAt(0)));
}
