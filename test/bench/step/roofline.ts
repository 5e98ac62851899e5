/** What WebAssembly can do at most on this core, measured, and what the menu step has to do at least: the roofline beside the bench. */
import { Assembly } from '../../../src/engine/assembler/assembly.ts';
import { f32x4, i32, v128, type I32 } from '../../../src/engine/assembler/expression.ts';
import { shape } from './product-step.ts';

export interface Peaks {
  /** Multiplications and additions of float32, by the second. */
  readonly flops: number;
  /** Bytes read and written, by the second. */
  readonly bytes: number;
}

/** Chains that do not wait for each other: two multiplications and two additions a cycle, four cycles each. */
const CHAINS = 12;
const PAGE = 65_536;
/** Read and written by the streaming kernel: about what a step's tensors hold, beyond the nearest cache. */
const STREAM_BYTES = 8 * PAGE;

const assembly = new Assembly({
  multiplyAdd: [
    1,
    (f, ...[rounds]) => {
      const factor = f.let(v128.load(i32.const(0))).get;
      const sums = Array.from({ length: CHAINS }, (_, i) => f.let(f32x4.all(i)));
      f.loop(rounds!, 1, () => {
        for (const sum of sums) f.set(sum, f32x4.add(f32x4.mul(sum.get, factor), factor));
      });
      for (const sum of sums) f.run(v128.store(i32.const(16), sum.get));
    },
  ],
  copy: [
    3,
    (f, ...parameters) => {
      const [from, to, bytes] = parameters as [I32, I32, I32];
      f.loop(bytes, 64, (offset) => {
        const [source, target] = [f.let(i32.add(from, offset)).get, f.let(i32.add(to, offset)).get];
        for (const lane of [0, 16, 32, 48]) f.run(v128.store(target, v128.load(source, lane), lane));
      });
    },
  ],
});

/** The best of many short runs, so that what else the machine does counts little. */
export function measurePeaks(): Peaks {
  const memory = new WebAssembly.Memory({ initial: 1 + (2 * STREAM_BYTES) / PAGE });
  const { multiplyAdd, copy } = assembly.in(memory);
  const seconds = (run: () => void): number => {
    let best = Infinity;
    for (let i = 0; i < 300; i++) {
      const start = performance.now();
      run();
      best = Math.min(best, performance.now() - start);
    }
    return best / 1000;
  };
  const rounds = 20_000;
  return {
    flops: (rounds * CHAINS * 4 * 2) / seconds(() => multiplyAdd(rounds)),
    bytes: (2 * STREAM_BYTES) / seconds(() => copy(PAGE, PAGE + STREAM_BYTES, STREAM_BYTES)),
  };
}

interface Work {
  readonly name: string;
  readonly flops: number;
  readonly bytes: number;
}

/** What the step has to do, each tensor read and written once; operations of integers count like those of floats. */
function leastWork(): Work[] {
  const { buyers, options, items } = shape;
  const choices = buyers * (options + 1);
  const parameters = options * (items + 1);
  const product = 2 * buyers * options * items;
  const tensor = (numbers: number): number => 4 * numbers;
  return [
    {
      name: 'values of the bundles',
      flops: product,
      bytes: tensor(choices + buyers * items + options * items),
    },
    { name: 'their gradient', flops: product, bytes: tensor(choices + buyers * items + options * items) },
    // 20 rounds of five operations for eight numbers' words, two logarithms of 27 for every number.
    { name: 'Gumbel noise', flops: choices * ((4 * 20 * 5) / 8 + 2 * 27), bytes: tensor(2 * choices) },
    // Largest, difference, exponential, sum, share; backward a product, a sum and two more products.
    { name: 'softmax, both ways', flops: choices * (26 + 5), bytes: tensor(5 * choices) },
    { name: 'choice and payment, both ways', flops: 5 * choices, bytes: tensor(3 * choices) },
    { name: 'Adam', flops: 16 * parameters, bytes: tensor(7 * parameters) },
  ];
}

/** Prints the peaks, and by part of the step the time that it takes at least. @param ms a step takes, measured */
export function printRoofline(peaks: Peaks, ms: number): void {
  console.info(
    `Roofline: ${(peaks.flops / 1e9).toFixed(1)} GFLOP/s (WebAssembly, four lanes), ${(peaks.bytes / 1e9).toFixed(1)} GB/s (copies of ${STREAM_BYTES / 1024} KiB).`,
  );
  let whole = 0;
  for (const { name, flops, bytes } of leastWork()) {
    const [arithmetic, traffic] = [(1000 * flops) / peaks.flops, (1000 * bytes) / peaks.bytes];
    whole += Math.max(arithmetic, traffic);
    console.info(
      `  ${name.padEnd(30)} ${(flops / 1e6).toFixed(2).padStart(6)} MFLOP ${arithmetic.toFixed(3)} ms  ${(bytes / 1e6).toFixed(2).padStart(5)} MB ${traffic.toFixed(3)} ms`,
    );
  }
  console.info(
    `  the longer of the two, summed: ${whole.toFixed(2)} ms, ${((100 * whole) / ms).toFixed(0)} % of the ${ms.toFixed(2)} ms that the step takes here.`,
  );
}
