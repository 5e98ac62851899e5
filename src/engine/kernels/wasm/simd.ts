/** Our SIMD functions, assembled into the memory of a wasm backend. Addresses and lengths are in bytes. */
import { ModuleBuilder } from '../assembler/module.ts';
import { writeAdam } from './adam-code.ts';
import { writeProduct } from './product-code.ts';
import { writeSoftmax, writeSoftmaxGradient } from './softmax-code.ts';
import { writeTranspose } from './transpose-code.ts';
import { writeProductOfRows, writeSumOfRows } from './vector-code.ts';

type Product = (
  a: number,
  b: number,
  to: number,
  panel: number,
  n: number,
  k: number,
  m: number,
  aRow: number,
  aStep: number,
) => void;

export interface SimdFunctions {
  /** See `writeAdam`. */
  adam(...parameters: number[]): void;
  /** See `writeProduct`. */
  product: Product;
  productTransposedB: Product;
  /** [rows, columns] at `from` -> [columns, rows] at `to`; both sides at least 4. */
  transpose(from: number, to: number, rows: number, columns: number): void;
  /** Sum over the rows of [rows, columns]; columns at least 16. */
  sumOfRows(from: number, to: number, rows: number, columns: number): void;
  /** The same with a weight a row. */
  weightedSumOfRows(from: number, to: number, rows: number, columns: number, weights: number): void;
  /** Products of the rows of [rows, columns] with the vector at `weights`; columns at least 4. */
  productOfRows(from: number, to: number, rows: number, columns: number, weights: number): void;
  /** softmax(scale x) of each row of [rows, columns], columns at least 4; `scale` is an address. */
  softmax(from: number, to: number, rows: number, columns: number, scale: number): void;
  /** See `writeSoftmaxGradient`. */
  softmaxGradient(dy: number, y: number, to: number, rows: number, columns: number, scale: number): void;
}

const loaded = new WeakMap<WebAssembly.Memory, SimdFunctions>();

/** The functions for this memory; the first call assembles them. */
export function simdFunctions(memory: WebAssembly.Memory): SimdFunctions {
  let functions = loaded.get(memory);
  if (functions === undefined) {
    const source = new ModuleBuilder();
    source.define('adam', 9, writeAdam);
    source.define('product', 9, writeProduct(false));
    source.define('productTransposedB', 9, writeProduct(true));
    source.define('transpose', 4, writeTranspose);
    source.define('sumOfRows', 4, writeSumOfRows(false));
    source.define('weightedSumOfRows', 5, writeSumOfRows(true));
    source.define('productOfRows', 5, writeProductOfRows);
    source.define('softmax', 5, writeSoftmax);
    source.define('softmaxGradient', 6, writeSoftmaxGradient);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(source.encode()), {
      host: { memory },
    });
    functions = exports as unknown as SimdFunctions;
    loaded.set(memory, functions);
  }
  return functions;
}
