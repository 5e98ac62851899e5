import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from '../../support/use-backend.ts';
import '@tensorflow/tfjs-backend-wasm';
const plainS = tf.getKernel('Softmax', 'wasm').kernelFunc,
  plainT = tf.getKernel('Transpose', 'wasm').kernelFunc;
await useTestBackend('wasm');
const be = tf.backend();
function bench(f: () => void, n = 100) {
  for (let i = 0; i < 20; i++) f();
  let best = 1e9;
  for (let r = 0; r < 7; r++) {
    const t = performance.now();
    for (let i = 0; i < n; i++) f();
    best = Math.min(best, (performance.now() - t) / n);
  }
  return best.toFixed(4);
}
for (const [r, c] of [
  [1, 4],
  [1, 5],
  [3, 6],
  [7, 7],
  [128, 512],
  [128, 513],
] as [number, number][]) {
  for (const scale of [1, 30, 1e4]) {
    const x = tf.mul(tf.randomNormal([r, c], 0, 1, 'float32', 3), scale);
    const a = tf.softmax(x).dataSync();
    const b = tf
      .engine()
      .makeTensorFromTensorInfo(plainS({ inputs: { logits: x }, backend: be, attrs: { dim: 1 } }) as never)
      .dataSync();
    let w = 0;
    for (let i = 0; i < a.length; i++) w = Math.max(w, Math.abs(a[i]! - b[i]!) / (b[i]! + 1e-7));
    const t = tf.transpose(x).dataSync(),
      u = tf
        .engine()
        .makeTensorFromTensorInfo(plainT({ inputs: { x }, backend: be, attrs: { perm: [1, 0] } }) as never)
        .dataSync();
    let bad = 0;
    for (let i = 0; i < t.length; i++) if (t[i] !== u[i]) bad++;
    console.log(r, c, scale, 'softmax rel', w.toExponential(2), 'transpose bad', bad);
  }
}
for (const s of [1, 30])
  for (const c of [512, 513]) {
    const x = tf.mul(tf.randomNormal([128, c]), s);
    console.log(
      c,
      s,
      'softmax',
      bench(() => tf.softmax(x).dispose()),
      'plain',
      bench(() =>
        be.disposeData(
          (plainS({ inputs: { logits: x }, backend: be, attrs: { dim: 1 } }) as tf.TensorInfo).dataId,
        ),
      ),
      'transpose',
      bench(() => tf.transpose(x).dispose()),
    );
  }
const S = tf.randomNormal([512, 50]);
console.log(
  'T S',
  bench(() => tf.transpose(S).dispose()),
);
for (const row of [
  [1, NaN, 2, 3, 4],
  [-Infinity, -Infinity, 0, 1, 2],
  [-Infinity, -Infinity, -Infinity, -Infinity],
  [Infinity, 0, 1, 2],
  [0, -100, -43, -44],
])
  console.log(row, tf.softmax(tf.tensor1d(row)).dataSync());
process.exit(0);
