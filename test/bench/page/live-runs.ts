/** Eight runs live, a comparison with every seed and one of the runs open: long frames, and whether the heap stays flat. */
import type { Page } from 'playwright-core';
import { seconds, startRuns, stopRuns, withStudio } from './bench-studio.ts';
import { figure, type Figure } from './figure.ts';
import { heapOf, watchFrames } from './page-probe.ts';

const SETTLE_SECONDS = 20;
const PARTS = 4;
const MB = 1e6;

export async function measureLiveRuns(minutes: number): Promise<readonly Figure[]> {
  return withStudio(async ({ connection, open }) => {
    await connection.client.settings.set({ jobs: 8 });
    const runs = await startRuns(connection, ['softmax', 'st-gumbel-softmax'], [1, 2, 3, 4]);
    const [first] = runs;
    const pages = [
      { name: 'comparison', page: await open(`#/compare/${first?.comparison ?? ''}?members=yes`) },
      { name: 'run', page: await open(`#/run/${first?.id ?? ''}`) },
    ];
    // What is out of sight is not drawn.
    for (const { page } of pages) await page.locator('figure .plot').first().scrollIntoViewIfNeeded();
    await seconds(SETTLE_SECONDS);
    const watched = await Promise.all(pages.map(({ name, page }) => watch(name, page, minutes)));
    await stopRuns(connection, runs);
    return watched.flat();
  });
}

async function watch(name: string, page: Page, minutes: number): Promise<readonly Figure[]> {
  const heap = [await heapOf(page)];
  const frames: number[] = [];
  for (let part = 0; part < PARTS; part++) {
    // A garbage collection that this program asks for is no frame of the page's.
    const watching = await watchFrames(page);
    await seconds((60 * minutes) / PARTS);
    frames.push(...(await watching()));
    heap.push(await heapOf(page));
  }
  const longest = frames.length === 0 ? '' : `, longest ${Math.max(...frames).toFixed(0)} ms`;
  // Curves fill up to what a chart shows, are read again when they have grown beyond, and fill up again.
  const [early, late] = [Math.max(...heap.slice(0, 3)), Math.max(...heap.slice(3))];
  return [
    figure(
      `frames > 50 ms, 8 runs live, ${minutes} min, ${name} page`,
      `${frames.length}${longest}`,
      '0',
      frames.length === 0,
    ),
    figure(
      `heap after GC at quarters, ${name} page`,
      `${heap.map((bytes) => (bytes / MB).toFixed(1)).join(', ')} MB`,
      'second half <= 1.1 x first',
      late <= 1.1 * early,
    ),
  ];
}
