/** A set of functions, assembled once and loaded for each memory that they work on. */
import type { I32 } from './expression.ts';
import type { FunctionBuilder } from './module.ts';
import { ModuleBuilder } from './module.ts';

export type Writer = (f: FunctionBuilder, ...parameters: I32[]) => void;

export class Assembly<Name extends string> {
  readonly #writers: Readonly<Record<Name, readonly [parameters: number, write: Writer]>>;
  readonly #loaded = new WeakMap<WebAssembly.Memory, Record<Name, (...parameters: number[]) => void>>();
  #bytes: Uint8Array | undefined;

  /** @param writers by name, the number of integers that the function takes and what writes it */
  constructor(writers: Readonly<Record<Name, readonly [parameters: number, write: Writer]>>) {
    this.#writers = writers;
  }

  /** False on a processor, or in a JavaScript engine, that lacks an instruction. */
  get runsHere(): boolean {
    return WebAssembly.validate(this.#assemble());
  }

  /** The functions on this memory; loaded at the first call. */
  in(memory: WebAssembly.Memory): Record<Name, (...parameters: number[]) => void> {
    let functions = this.#loaded.get(memory);
    if (functions === undefined) {
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(this.#assemble()), {
        host: { memory },
      });
      functions = exports;
      this.#loaded.set(memory, functions);
    }
    return functions;
  }

  #assemble(): Uint8Array {
    if (this.#bytes === undefined) {
      const source = new ModuleBuilder();
      for (const [name, [parameters, write]] of Object.entries<readonly [number, Writer]>(this.#writers)) {
        source.define(name, parameters, write);
      }
      this.#bytes = source.encode();
    }
    return this.#bytes;
  }
}
