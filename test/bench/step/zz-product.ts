import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from '../../support/use-backend.ts';
import { Session } from '../../../src/engine/training/session.ts';
import { menuAuction } from '../../../src/engine/problems/menu-auction/menu-auction.ts';
import { stGumbelSoftmax } from '../../../src/engine/estimators/st-gumbel-softmax.ts';
await useTestBackend('wasm');
const problem = menuAuction as never as import('../../../src/engine/core/problem.ts').ProblemDefinition;
const config = problem.config.parse({ items: 50, options: 512, batch: 128, steps: 5000 }) as never;
const host = {
  listFiles: async () => [],
  readText: async () => '',
  log() {},
  now: () => performance.now(),
  breathe: async () => {},
} as never;
const data = await problem.load(config, host);
const s = new Session({ problem, config, data, estimator: stGumbelSoftmax, settings: {}, seed: 1 }, 0);
let n = 0;
const step = () => {
  const r = s.step(n++, false) as never as { value: tf.Scalar };
  r.value.dispose();
};
for (let i = 0; i < 300; i++) step();
let best = 1e9;
for (let r = 0; r < 20; r++) {
  const t = performance.now();
  for (let i = 0; i < 50; i++) step();
  best = Math.min(best, (performance.now() - t) / 50);
}
console.log('ms/step', best.toFixed(3), tf.memory().numTensors);
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
      const nn = k.kernelName + shapes;
      const e = acc.get(nn) ?? [0, 0];
      e[0] += d;
      e[1]++;
      acc.set(nn, e);
      return o;
    },
  });
}
const N = 200;
for (let i = 0; i < N; i++) step();
let tot = 0;
for (const [nn, [d, c]] of [...acc].sort((a, b) => b[1][0] - a[1][0]).slice(0, 30)) {
  console.log((d / N).toFixed(4), c / N, nn);
}
for (const [, [d]] of acc) tot += d / N;
console.log('total kernels', tot.toFixed(3));
process.exit(0);
