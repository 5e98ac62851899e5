/** A studio with 1 000 stored runs: until the server is ready, and until its page answers. */
import { join } from 'node:path';
import { openStore } from '../../../src/studio/store/open.ts';
import { STORE_FILE } from '../../../src/studio/studio.ts';
import { serveStudio } from '../../support/served-studio.ts';
import { withStudio, type BenchStudio } from './bench-studio.ts';
import { figure, quantile, type Figure } from './figure.ts';

const RUNS = 1000;
const TRIES = 5;

export async function measureStartUp(): Promise<readonly Figure[]> {
  const ready: number[] = [];
  const serve = async (folder: string) => {
    fill(join(folder, STORE_FILE));
    for (let i = 0; i < TRIES; i++) await (await timedServe(folder, ready)).stop();
    return timedServe(folder, ready);
  };
  const interactive = await withStudio(async (studio) => {
    const times: number[] = [];
    for (let i = 0; i < TRIES; i++) times.push(await openRuns(studio));
    return times;
  }, serve);
  const [server, page] = [quantile(ready, 0.5), quantile(interactive, 0.5)];
  return [
    figure(
      `server ready, ${RUNS} runs stored`,
      `${server.toFixed(0)} ms (slowest ${Math.max(...ready).toFixed(0)} ms)`,
      '< 500 ms',
      server < 500,
    ),
    figure(
      `page interactive, ${RUNS} runs stored`,
      `${page.toFixed(0)} ms (slowest ${Math.max(...interactive).toFixed(0)} ms)`,
      '< 1 000 ms',
      page < 1000,
    ),
  ];
}

async function timedServe(folder: string, times: number[]) {
  const start = performance.now();
  const served = await serveStudio(folder);
  times.push(performance.now() - start);
  return served;
}

/** From the address to rows on the screen and a free main thread: a window of its own, with an empty cache. */
async function openRuns({ open }: BenchStudio): Promise<number> {
  const start = performance.now();
  const page = await open('#/runs?group=none');
  await page.locator('[role=row] a[href*="/run/"]').first().waitFor();
  await page.evaluate('new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))');
  const passed = performance.now() - start;
  await page.context().close();
  return passed;
}

function fill(path: string): void {
  const store = openStore(path);
  for (let i = 0; i < RUNS / 10; i++) {
    const { runs } = store.createComparison({
      name: `Comparison ${i}`,
      problem: 'menu-auction',
      preset: null,
      backend: 'wasm',
      runs: Array.from({ length: 10 }, (_, seed) => ({
        spec: {
          problem: 'menu-auction',
          config: {},
          estimator: seed % 2 === 0 ? 'softmax' : 'reinforce',
          settings: {},
          seed: Math.floor(seed / 2) + 1,
          backend: 'wasm' as const,
        },
        steps: 100,
      })),
    });
    for (const { id } of runs) {
      store.updateRun(id, {
        state: 'completed',
        metrics: { hardValidationRevenue: 0.4 + 0.0001 * i, gap: 0.01 },
      });
    }
  }
  store.close();
}
