/**
 * Fifty runs of 2 000 points, each growing by ten points a second, as thin lines of one comparison. No trainers: the points are
 * committed to the real store and go through the real feed, socket and page.
 */
import { startServer } from '../../../src/server/server.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import { seconds, withStudio, type Served } from './bench-studio.ts';
import { figure, type Figure } from './figure.ts';
import { countDrawings, cpuOf } from './page-probe.ts';

const RUNS = 50;
const STORED = 2000;
const PLANNED = 4000;
const SERIES = ['hardValidationRevenue', 'hardTrainRevenue', 'relaxedRevenue', 'gap', 'gradientNorm'];
const EVERY_MS = 100;
const ESTIMATORS = ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'reinforce', 'straight-through'];

export async function measureManyLines(length: number): Promise<readonly Figure[]> {
  let studio: Studio | undefined;
  const serve = async (dataDir: string): Promise<Served> => {
    const own = createStudio({ dataDir, program: 'page bench' });
    studio = own;
    const server = await startServer({ studio: own });
    return {
      address: server.newAddress(),
      async stop() {
        await server.close();
        await own.close();
      },
    };
  };
  return withStudio(async ({ browser, open }) => {
    if (studio === undefined) throw new Error('the studio was not opened');
    const feed = new SyntheticFeed(studio);
    feed.add(STORED);
    const page = await open(`#/compare/${feed.comparison}?members=yes`);
    // What is out of sight is not drawn.
    await page.locator('figure .plot').first().scrollIntoViewIfNeeded();
    const [begun, stored] = [performance.now(), feed.steps];
    // A late tick brings the points of those before it, so that the rate holds on a busy machine.
    const timer = setInterval(() => {
      const due = Math.floor((performance.now() - begun) / EVERY_MS) - (feed.steps - stored);
      if (due > 0) feed.add(due);
    }, EVERY_MS / 4);
    try {
      await seconds(10);
      const drawings = await countDrawings(page);
      const [before, fed] = [await cpuOf(browser), feed.steps];
      const start = performance.now();
      await seconds(length);
      const after = await cpuOf(browser);
      const passed = (performance.now() - start) / 1000;
      const share = (type: string) => ((after[type] ?? 0) - (before[type] ?? 0)) / passed;
      const rate = (feed.steps - fed) / passed;
      const drawn = (await drawings()) / passed;
      const renderer = share('renderer');
      return [
        figure(
          `CPU of the page's renderer, ${RUNS} runs x ${STORED} points at ${rate.toFixed(1)} Hz (synthetic feed)`,
          `${(100 * renderer).toFixed(1)} % of a core (GPU process ${(100 * share('GPU')).toFixed(1)} %; ${drawn.toFixed(1)} drawings/s)`,
          '< 15 %',
          renderer < 0.15 && drawn > 0,
        ),
      ];
    } finally {
      clearInterval(timer);
    }
  }, serve);
}

class SyntheticFeed {
  readonly comparison: string;
  readonly #studio: Studio;
  readonly #runs: readonly string[];
  #step = 0;

  constructor(studio: Studio) {
    this.#studio = studio;
    const { comparison, runs } = studio.store.createComparison({
      name: 'Fifty runs',
      problem: 'menu-auction',
      preset: null,
      backend: 'wasm',
      runs: Array.from({ length: RUNS }, (_, i) => ({
        spec: {
          problem: 'menu-auction',
          config: {},
          estimator: ESTIMATORS[i % ESTIMATORS.length] ?? '',
          settings: {},
          seed: Math.floor(i / ESTIMATORS.length) + 1,
          backend: 'wasm' as const,
        },
        steps: PLANNED,
      })),
    });
    this.comparison = comparison.id;
    this.#runs = runs.map(({ id }) => id);
    for (const id of this.#runs) studio.store.updateRun(id, { state: 'running', startedAt: Date.now() });
  }

  get steps(): number {
    return this.#step;
  }

  add(count: number): void {
    const steps = Float64Array.from({ length: count }, (_, i) => this.#step + i);
    this.#step += count;
    const progress = { step: this.#step, steps: PLANNED, seconds: 1, stepsPerSecond: 10, evaluations: 0 };
    this.#studio.store.commit(
      this.#runs.map((runId, run) => ({
        runId,
        points: SERIES.map((series, i) => ({
          series,
          steps,
          values: steps.map((step) => 1 - Math.exp(-step / 900) + 0.05 * Math.sin(12.9898 * step + run + i)),
        })),
        madeAt: Date.now(),
        last: {},
        progress,
      })),
    );
  }
}
