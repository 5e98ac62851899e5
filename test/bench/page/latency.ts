/**
 * From a point made to a point drawn. Clock: the trainer's `Date.now()` when the oldest point of a batch was made (so the
 * trainer's own waiting counts) to the page's `Date.now()` in the first frame after the chart had drawn it; one machine.
 */
import type { Page } from 'playwright-core';
import { follow } from '../../support/studio-client.ts';
import { seconds, startRuns, stopRuns, withStudio } from './bench-studio.ts';
import { figure, quantile, type Figure } from './figure.ts';

const SERIES = 'relaxedRevenue';

interface Drawn {
  readonly step: number;
  readonly at: number;
}

export async function measureLatency(length: number): Promise<readonly Figure[]> {
  return withStudio(async ({ connection, open }) => {
    const runs = await startRuns(connection, ['st-gumbel-softmax'], [1, 2]);
    const run = runs[0]?.id ?? '';
    const page = await open(`#/run/${run}`);
    await page.getByText('Gradient norm').first().waitFor();
    await seconds(5);
    const drawn = await watchDrawing(page);
    const made: Drawn[] = [];
    const following = follow(connection, null, (event) => {
      if (event.type !== 'points') return;
      for (const { id, madeAt, series } of event.runs) {
        const step = id === run ? series.find(({ name }) => name === SERIES)?.steps[0] : undefined;
        if (step !== undefined && madeAt !== null) made.push({ step, at: madeAt });
      }
    });
    await seconds(length);
    await following.end();
    await seconds(1);
    const drawings = await drawn();
    await stopRuns(connection, runs);
    const delays = made.flatMap(({ step, at }) => {
      const seen = drawings.find((drawing) => drawing.step >= step);
      return seen === undefined ? [] : [seen.at - at];
    });
    const p95 = quantile(delays, 0.95);
    return [
      figure(
        `point made to drawn, 95th percentile of ${delays.length}`,
        `${p95.toFixed(0)} ms (median ${quantile(delays, 0.5).toFixed(0)} ms)`,
        '< 200 ms',
        p95 < 200 && delays.length > 0,
      ),
    ];
  });
}

/** What runs in the page, in its own language: this side knows no DOM. */
const WATCH = `
  window.drawings = [];
  window.addEventListener('chart-drawn', ({ detail }) => {
    const line = detail.find(({ id }) => id === ${JSON.stringify(SERIES)});
    if (line) requestAnimationFrame(() => window.drawings.push({ step: line.step, at: Date.now() }));
  });`;

async function watchDrawing(page: Page): Promise<() => Promise<readonly Drawn[]>> {
  await page.evaluate(WATCH);
  return () => page.evaluate<readonly Drawn[]>('window.drawings');
}
