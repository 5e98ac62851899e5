import { join } from 'node:path';
import { Decimator } from '../../../src/studio/store/decimate.ts';
import { openReadableStore, openStore } from '../../../src/studio/store/open.ts';
import { PlainTable } from './plain-table.ts';
import { batch, comparisonOf, median, milliseconds } from './workload.ts';

const points = 1_000_000;
const columns = 2000;
const repeats = 20;
const window = { from: 0, to: points - 1, columns };

/** Milliseconds from the call to the points of a chart. Cold: a connection of its own, nothing in SQLite's cache. */
export function measureDecimation(folder: string): string[] {
  const file = join(folder, 'decimation.sqlite');
  const store = openStore(file);
  const { runs } = store.createComparison(comparisonOf(1, points));
  const id = runs[0]?.id ?? '';
  const table = new PlainTable(join(folder, 'decimation-peer.sqlite'));
  for (let from = 0; from < points; from += 10_000) {
    const batches = batch([id], 1, from, 10_000);
    store.commit(batches);
    table.commit(batches);
  }
  const cold = times(() => {
    const reader = openReadableStore(file);
    reader.decimate(id, 'metric0', window);
    reader.close();
  });
  const warm = times(() => store.decimate(id, 'metric0', window));
  const zoomedOut = times(() => store.decimate(id, 'metric0', { ...window, columns: 100 }));
  const peer = times(() => {
    const { steps, values } = table.read(id, 'metric0');
    const decimator = new Decimator(window);
    decimator.addPoints(steps, values);
    decimator.finish();
  });
  store.close();
  table.close();
  return [
    `decimation of ${points} points to ${columns} columns: ${cold.toFixed(1)} ms cold, ${warm.toFixed(1)} ms warm` +
      ` (100 columns: ${zoomedOut.toFixed(1)} ms); row a point, warm: ${peer.toFixed(1)} ms; ratio ${(peer / warm).toFixed(1)}` +
      ` (medians of ${repeats})`,
  ];
}

function times(action: () => void): number {
  return median(Array.from({ length: repeats }, () => milliseconds(action)));
}
