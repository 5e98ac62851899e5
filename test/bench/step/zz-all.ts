import * as tf from '@tensorflow/tfjs-core';
import { useTestBackend } from '../../support/use-backend.ts';
import { Session } from '../../../src/engine/training/session.ts';
import { menuAuction } from '../../../src/engine/problems/menu-auction/menu-auction.ts';
import * as reg from '../../../src/engine/estimators/registry.ts';
await useTestBackend('wasm');
const problem = menuAuction as never as import('../../../src/engine/core/problem.ts').ProblemDefinition;
const host = {
  listFiles: async () => [],
  readText: async () => '',
  log() {},
  now: () => performance.now(),
  breathe: async () => {},
} as never;
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
const list = Object.values(reg).find((v) => Array.isArray(v)) as {
  id: string;
  settings: { parse(x: unknown): unknown };
}[];
for (const v of ['additive', 'xor'])
  for (const e of list) {
    try {
      const config = problem.config.parse(
        v === 'additive'
          ? { items: 50, options: 512, batch: 128, steps: 5000 }
          : { items: 30, options: 50, batch: 128, steps: 5000, valuations: { kind: 'xor' } },
      ) as never;
      const data = await problem.load(config, host);
      const s = new Session(
        { problem, config, data, estimator: e as never, settings: e.settings.parse({}), seed: 1 },
        0,
      );
      let n = 0;
      const step = () => {
        const r = s.step(n++, false);
        r.value.dispose();
      };
      for (let i = 0; i < 100; i++) step();
      acc.clear();
      let best = 1e9;
      let N = 0;
      for (let r = 0; r < 5; r++) {
        const t = performance.now();
        for (let i = 0; i < 30; i++) {
          step();
          N++;
        }
        best = Math.min(best, (performance.now() - t) / 30);
      }
      console.log(v, e.id, 'ms/step', best.toFixed(3));
      for (const [nn, [d, c]] of [...acc].sort((a, b) => b[1][0] - a[1][0]).slice(0, 5))
        console.log('     ', (d / N).toFixed(4), c / N, nn);
    } catch (err) {
      console.log(v, e.id, String(err).slice(0, 200));
    }
  }
process.exit(0);
