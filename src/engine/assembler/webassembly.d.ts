/** The part of the WebAssembly interface that the assembler uses; it belongs to V8, but not to the language's own types. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum?: number });
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, Memory>>);
    readonly exports: Record<string, (...args: number[]) => void>;
  }
  function validate(bytes: Uint8Array): boolean;
}
