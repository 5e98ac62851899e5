/** What an open page with live charts costs the trainers: steps a second with and without it, in turns. */
import type { StudioEvent } from '../../../src/shared/contract/events.ts';
import { follow } from '../../support/studio-client.ts';
import { seconds, startRuns, stopRuns, withStudio } from './bench-studio.ts';
import { figure, quantile, type Figure } from './figure.ts';

const SERIES = 'relaxedRevenue';

/** Steps and the trainer's own clock at the first and last batch of points: exact, whenever it arrives here. */
class Pace {
  readonly #runs = new Map<string, { first: readonly [number, number]; last: readonly [number, number] }>();

  take(event: StudioEvent): void {
    if (event.type !== 'points') return;
    for (const { id, madeAt, series } of event.runs) {
      const step = series.find(({ name }) => name === SERIES)?.steps[0];
      if (step === undefined || madeAt === null) continue;
      const here = [madeAt, step] as const;
      const known = this.#runs.get(id);
      if (known === undefined) this.#runs.set(id, { first: here, last: here });
      else known.last = here;
    }
  }

  /** Of all runs together. */
  get stepsPerSecond(): number {
    return [...this.#runs.values()].reduce(
      (sum, { first, last }) => sum + (1000 * (last[1] - first[1])) / (last[0] - first[0]),
      0,
    );
  }
}

/** @param trainers runs at once @param blocks pairs of blocks @param length seconds of a block */
export async function measureSteps(
  trainers: number,
  blocks: number,
  length: number,
): Promise<readonly Figure[]> {
  return withStudio(async ({ connection, open }) => {
    await connection.client.settings.set({ jobs: trainers });
    const seeds = Array.from({ length: trainers }, (_, i) => i + 1);
    const runs = await startRuns(connection, ['st-gumbel-softmax'], seeds);
    const pace = async () => {
      await seconds(2);
      const counted = new Pace();
      const following = follow(connection, null, (event) => counted.take(event));
      await seconds(length);
      await following.end();
      return counted.stepsPerSecond;
    };
    const ratios: number[] = [];
    const speeds: number[] = [];
    for (let block = 0; block < blocks; block++) {
      const without = await pace();
      const page = await open(`#/run/${runs[0]?.id ?? ''}`);
      await page.getByText('Gradient norm').first().waitFor();
      const withPage = await pace();
      await page.context().close();
      speeds.push(without);
      ratios.push(withPage / without);
    }
    await stopRuns(connection, runs);
    const ratio = quantile(ratios, 0.5);
    const range = `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`;
    return [
      figure(
        `steps/s with the page / without, ${trainers} trainers`,
        `${ratio.toFixed(3)} (${range}; ${quantile(speeds, 0.5).toFixed(0)} steps/s)`,
        '>= 0.97',
        ratio >= 0.97,
      ),
    ];
  });
}
