/**
 * Clicks on the tables and pictures of six hundred runs: from the press to the next picture on the screen, as the browser's own Event
 * Timing tells it (in steps of 8 ms; what is faster than 16 ms is not told, and counts as 16). Each click is made in both directions.
 */
import type { Locator, Page } from 'playwright-core';
import { fillWithSweep } from '../../fixtures/many-runs.ts';
import { serveStudio } from '../../support/served-studio.ts';
import { withStudio } from './bench-studio.ts';
import { figure, quantile, type Figure } from './figure.ts';

/** Two hundred rows of a sweep. */
const SEEDS = 3;
const RUNS = 600;
const UNTOLD_MS = 16;
const GOAL_MS = 100;
/** For what follows a click: answers of the studio, drawings. */
const REST_MS = 700;

/** Runs in the page: this side knows no DOM. */
const OBSERVE = `{
  globalThis.clicksSeen = [];
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === 'click') clicksSeen.push(duration);
  }).observe({ type: 'event', durationThreshold: 16 });
}`;

interface Click {
  readonly name: string;
  readonly target: (page: Page) => Locator;
}

const button = (name: string | RegExp, exact = false): Click['target'] => {
  return (page) => page.getByRole('button', { name, exact }).first();
};

const onRuns: readonly Click[] = [
  { name: 'sort by a column', target: (page) => page.getByRole('button', { name: /^Seed/ }) },
  { name: 'sort by the headline', target: (page) => page.getByRole('button', { name: /^Headline|^Hard/ }) },
  { name: 'take a row', target: (page) => page.getByRole('row').nth(4) },
];

const onCompare: readonly Click[] = [
  { name: 'open the pairs', target: (page) => page.getByText(/^All .* pairs$/) },
  { name: 'sort the table', target: button('hard validation') },
  { name: 'draw all rows', target: button(/^Draw all$|^Draw the best 20$/) },
  { name: 'another axis', target: (page) => page.getByRole('radio', { name: 'Evaluations of f' }) },
  { name: 'steps again', target: (page) => page.getByRole('radio', { name: 'Steps', exact: true }) },
  { name: 'every seed as a line', target: (page) => page.getByLabel('every seed as a thin line') },
];

export async function measureClicks(rounds: number): Promise<readonly Figure[]> {
  return withStudio(
    async ({ open }) => {
      const runs = await open('#/runs?group=comparison');
      const inRuns = await measured(runs, onRuns, rounds);
      const href = await runs.locator('[role=row] a[href*="compare"]').first().getAttribute('href');
      const page = await open(href ?? '');
      await page.getByText('Settings and results').waitFor();
      const inCompare = await measured(page, onCompare, rounds);
      return [
        ...figuresOf(`Runs, ${RUNS} runs`, inRuns),
        ...figuresOf(`Compare, 200 rows of ${RUNS} runs`, inCompare),
      ];
    },
    (dataDir) => {
      fillWithSweep(dataDir, SEEDS);
      return serveStudio(dataDir);
    },
  );
}

/** By name of the click, milliseconds of each. */
async function measured(
  page: Page,
  clicks: readonly Click[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  await page.evaluate(OBSERVE);
  const found = new Map<string, number[]>(clicks.map(({ name }) => [name, []]));
  for (let round = 0; round < 2 * rounds; round++) {
    for (const { name, target } of clicks) {
      const element = target(page);
      await element.scrollIntoViewIfNeeded();
      await page.waitForTimeout(REST_MS);
      await page.evaluate('clicksSeen.splice(0)');
      await element.click();
      await page.waitForTimeout(REST_MS);
      const told = await page.evaluate<readonly number[]>('clicksSeen');
      found.get(name)?.push(Math.max(UNTOLD_MS, ...told));
    }
  }
  return found;
}

function figuresOf(where: string, found: ReadonlyMap<string, readonly number[]>): readonly Figure[] {
  return [...found].map(([name, times]) => {
    const [middle, worst] = [quantile(times, 0.5), Math.max(...times)];
    return figure(
      `${where}: ${name}`,
      `${middle} ms (most ${worst} ms, n=${times.length})`,
      `< ${GOAL_MS} ms`,
      middle < GOAL_MS,
    );
  });
}
