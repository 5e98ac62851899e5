import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from '../../support/use-backend.ts';
import { createStep } from './straight-through-step.ts';
await useTestBackend((process.argv[2] ?? 'wasm') as 'wasm');
const s = createStep(1);
for (let i = 0; i < 50; i++) s.run().dispose();
let best = 1e9;
for (let r = 0; r < 6; r++) {
  const t = performance.now();
  for (let i = 0; i < 50; i++) s.run().dispose();
  best = Math.min(best, (performance.now() - t) / 50);
}
console.log(
  'ms/step',
  best.toFixed(3),
  'rev',
  -s.run().dataSync()[0]!,
  tf.memory().numTensors,
  tf.engine().backend.numDataIds(),
);
// per kernel
const acc = new Map<string, [number, number]>();
for (const k of tf.getKernelsForBackend('wasm')) {
  const f = k.kernelFunc;
  tf.unregisterKernel(k.kernelName, 'wasm');
  tf.registerKernel({
    ...k,
    kernelFunc: (a) => {
      const t = performance.now();
      const o = f(a);
      const d = performance.now() - t;
      const shapes = Object.values(a.inputs)
        .map((x) => (x ? '[' + x.shape + ']' : ''))
        .join('');
      const n = k.kernelName + shapes;
      const e = acc.get(n) ?? [0, 0];
      e[0] += d;
      e[1]++;
      acc.set(n, e);
      return o;
    },
  });
}
const N = 200;
for (let i = 0; i < N; i++) s.run().dispose();
let tot = 0;
for (const [n, [d, c]] of [...acc].sort((a, b) => b[1][0] - a[1][0]).slice(0, 26)) {
  console.log((d / N).toFixed(4), c / N, n);
}
for (const [, [d]] of acc) tot += d / N;
console.log('total kernels', tot.toFixed(3));
process.exit(0);
