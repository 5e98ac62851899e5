import { join } from 'node:path';
import { openStore } from '../../../src/studio/store/open.ts';
import type { RunBatch } from '../../../src/studio/store/types.ts';
import { PlainTable } from './plain-table.ts';
import { batch, comparisonOf, median, milliseconds } from './workload.ts';

const trainers = 12;
const series = 20;
/** Points a series and commit: at ten commits a second 10, 30 and 100 are trainers at 100, 300 and 1000 steps/s. */
const batchSizes = [10, 30, 100];
const pointsOfStore = 5_000_000;
const pointsOfPeer = 500_000;

/** Points a second that are durable on the disk, commit by commit as 12 trainers send them. */
export function measureIngest(folder: string): string[] {
  return batchSizes.map((size) => {
    const store = openStore(join(folder, `ingest-${size}.sqlite`));
    const { runs } = store.createComparison(comparisonOf(trainers, 1e9));
    const ids = runs.map((run) => run.id);
    const ours = rate((batches) => store.commit(batches), ids, size, pointsOfStore);
    store.close();
    const table = new PlainTable(join(folder, `ingest-peer-${size}.sqlite`));
    const peer = rate((batches) => table.commit(batches), ids, size, pointsOfPeer);
    table.close();
    return (
      `ingest, ${trainers} trainers x ${series} series x ${size} points a commit: ${millions(ours.perSecond)} M points/s` +
      ` (commit: median ${ours.median.toFixed(1)} ms, worst ${ours.worst.toFixed(0)} ms);` +
      ` row a point: ${millions(peer.perSecond)} M points/s; ratio ${(ours.perSecond / peer.perSecond).toFixed(1)}`
    );
  });
}

function rate(
  commit: (batches: readonly RunBatch[]) => void,
  ids: readonly string[],
  size: number,
  points: number,
) {
  const times: number[] = [];
  const commits = Math.ceil(points / (trainers * series * size));
  for (let index = 0; index < commits; index += 1) {
    const batches = batch(ids, series, index * size, size);
    times.push(milliseconds(() => commit(batches)));
  }
  const seconds = times.reduce((sum, time) => sum + time, 0) / 1000;
  return {
    perSecond: (commits * trainers * series * size) / seconds,
    median: median(times),
    worst: Math.max(...times),
  };
}

function millions(rate: number): string {
  return (rate / 1e6).toFixed(3);
}
