/** A store of 10 000 runs and 10^8 points: what a person waits for when it is opened, listed, and drawn from. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { openReadableStore, openStore } from '../../../src/studio/store/open.ts';
import { record, spreadOf, type Spread } from '../results.ts';
import { batch, comparisonOf, milliseconds } from './workload.ts';

const [comparisons, runsEach, series, pointsEach] = [100, 100, 10, 900];
/** The rest of the points belong to a few long runs. */
const [longRuns, longPoints] = [10, 1_000_000];
const repeats = 10;

function fill(file: string): { readonly long: string; readonly many: readonly string[] } {
  const store = openStore(file);
  const many: string[] = [];
  for (let index = 0; index < comparisons; index += 1) {
    const ids = store.createComparison(comparisonOf(runsEach, pointsEach)).runs.map(({ id }) => id);
    store.commit(batch(ids, series, 0, pointsEach));
    if (index === 0) many.push(...ids);
  }
  const long = many.slice(0, longRuns);
  for (let from = pointsEach; from < pointsEach + longPoints; from += 10_000)
    store.commit(batch(long, 1, from, 10_000));
  store.close();
  return { long: long[0]!, many };
}

/** Milliseconds of an action, and whether its median keeps to the goal. */
function told(what: string, goal: number, action: () => void): string {
  const ours: Spread = spreadOf(Array.from({ length: repeats }, () => milliseconds(action)));
  record({ what: `Store of 10 000 runs and 10^8 points: ${what}`, unit: 'ms', ours });
  const verdict = ours.median <= goal ? 'met' : 'NOT MET';
  return `  ${what}: ${ours.median.toFixed(1)} ms (${ours.low.toFixed(1)} to ${ours.high.toFixed(1)}; goal ${goal}): ${verdict}`;
}

export function measureLarge(folder: string): string[] {
  const file = join(folder, 'large.sqlite');
  const { long, many } = fill(file);
  const size = statSync(file).size / 2 ** 30;
  const opened = told('opened', 1000, () => openStore(file).close());
  const store = openReadableStore(file);
  const window = { from: 0, to: pointsEach + longPoints, columns: 2000 };
  const lines = [
    `Store of ${comparisons * runsEach} runs and ${(comparisons * runsEach * series * pointsEach + longRuns * longPoints) / 1e8} x 10^8 points, ${size.toFixed(1)} GiB:`,
    opened,
    told('newest 200 runs listed, as a page asks for them', 50, () => store.runs({ limit: 200 })),
    told('all 10 000 runs listed', 50, () => store.runs()),
    told('a million points to 2000 columns', 100, () => store.decimate(long, 'metric0', window)),
    told('a curve of each of 100 runs to 300 columns', 100, () => {
      for (const id of many.slice(longRuns))
        store.decimate(id, 'metric1', { from: 0, to: pointsEach, columns: 300 });
    }),
  ];
  store.close();
  return lines;
}
