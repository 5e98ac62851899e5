import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from '../../support/use-backend.ts';
import { simdFunctions } from '../../../src/engine/kernels/wasm/simd.ts';
import { TensorMemory } from '../../../src/engine/kernels/wasm/memory.ts';
await useTestBackend('wasm');
const be = tf.backend();
const mem = new TensorMemory(be);
function bench(f: () => void, n = 50) {
  for (let i = 0; i < 20; i++) f();
  let best = 1e9;
  for (let r = 0; r < 9; r++) {
    const t = performance.now();
    for (let i = 0; i < n; i++) f();
    best = Math.min(best, (performance.now() - t) / n);
  }
  return best.toFixed(4);
}
for (const [n, k, m, tA, tB] of [
  [128, 50, 512, false, true],
  [512, 128, 50, true, false],
  [128, 512, 50, false, false],
  [5, 7, 9, false, true],
  [5, 7, 9, true, false],
  [5, 7, 9, false, false],
  [512, 512, 512, false, false],
] as [number, number, number, boolean, boolean][]) {
  const a = tf.randomNormal(tA ? [k, n] : [n, k]),
    b = tf.randomNormal(tB ? [m, k] : [k, m]);
  const out = mem.allocate([n, m]),
    panel = mem.allocate([8 * k]);
  const run = () => {
    const s = simdFunctions(mem.memory);
    (tB ? s.productTransposedB : s.product)(
      mem.address(a),
      mem.address(b),
      mem.address(out),
      mem.address(panel),
      n,
      k,
      m,
      tA ? 4 : 4 * k,
      tA ? 4 * n : 4,
    );
  };
  run();
  const ref = tf.matMul(a, b, tA, tB).dataSync();
  const got = mem.floats(out);
  let w = 0;
  for (let i = 0; i < ref.length; i++) w = Math.max(w, Math.abs(ref[i]! - got[i]!));
  const t = +bench(run, n >= 512 && m >= 512 ? 5 : 50);
  console.log(
    n,
    k,
    m,
    tA,
    tB,
    'err',
    w.toExponential(2),
    'ours',
    t,
    ((2 * n * k * m) / t / 1e6).toFixed(1),
    'GF/s',
    'tf.matMul',
    bench(
      () => {
        const c = tf.add(b, 0) as tf.Tensor;
        tf.matMul(a, c, tA, tB).dispose();
        c.dispose();
      },
      n >= 512 && m >= 512 ? 5 : 50,
    ),
  );
}
process.exit(0);
