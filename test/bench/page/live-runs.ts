/** Eight runs live, a comparison with every seed and one of the runs open: long frames, and whether the heap stays flat. */
import { seconds, startRuns, stopRuns, withStudio } from './bench-studio.ts';
import { figure, type Figure } from './figure.ts';
import { heapOf, watchFrames } from './page-probe.ts';

const SETTLE_SECONDS = 20;
const MB = 1e6;

export async function measureLiveRuns(minutes: number): Promise<readonly Figure[]> {
  return withStudio(async ({ connection, open }) => {
    await connection.client.settings.set({ jobs: 8 });
    const runs = await startRuns(connection, ['softmax', 'st-gumbel-softmax'], [1, 2, 3, 4]);
    const [first] = runs;
    const pages = {
      comparison: await open(`#/compare/${first?.comparison ?? ''}?members=yes`),
      run: await open(`#/run/${first?.id ?? ''}`),
    };
    await seconds(SETTLE_SECONDS);
    const figures: Figure[] = [];
    const watched = await Promise.all(
      Object.entries(pages).map(async ([name, page]) => ({
        name,
        page,
        before: await heapOf(page),
        frames: await watchFrames(page),
      })),
    );
    await seconds(60 * minutes);
    for (const { name, page, before, frames } of watched) {
      const long = await frames();
      const worst = long.length === 0 ? '' : `, longest ${Math.max(...long).toFixed(0)} ms`;
      const after = await heapOf(page);
      figures.push(
        figure(
          `frames > 50 ms, 8 runs live, ${minutes} min, page of the ${name}`,
          `${long.length}${worst}`,
          '0',
          long.length === 0,
        ),
        figure(
          `heap after GC, start and end, page of the ${name}`,
          `${(before / MB).toFixed(1)} MB, ${(after / MB).toFixed(1)} MB`,
          'flat (+10 % at most)',
          after <= 1.1 * before,
        ),
      );
    }
    await stopRuns(connection, runs);
    return figures;
  });
}
