import { join } from 'node:path';
import { Decimator } from '../../../src/studio/store/decimate.ts';
import { openReadableStore, openStore } from '../../../src/studio/store/open.ts';
import { PlainTable } from './plain-table.ts';
import { median, record } from '../results.ts';
import { batch, comparisonOf, inTurns, milliseconds, ratioText } from './workload.ts';

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
  const zoomedOut = times(() => store.decimate(id, 'metric0', { ...window, columns: 100 }));
  const plain = () => {
    const { steps, values } = table.read(id, 'metric0');
    const decimator = new Decimator(window);
    decimator.addPoints(steps, values);
    decimator.finish();
  };
  const warm = inTurns(() => store.decimate(id, 'metric0', window), plain, repeats);
  store.close();
  table.close();
  const { ours, peer, ratio } = warm;
  const what = `Decimation of ${points} points to ${columns} columns`;
  record({ what, unit: 'ms', ours, peer: { name: 'row a point', figure: peer }, ratio });
  return [
    `${what}: ${cold.toFixed(1)} ms cold, ${ours.median.toFixed(1)} ms warm` +
      ` (100 columns: ${zoomedOut.toFixed(1)} ms); row a point, warm: ${peer.median.toFixed(1)} ms; ratio ${ratioText(ratio)}` +
      ` (${repeats} turns)`,
  ];
}

function times(action: () => void): number {
  return median(Array.from({ length: repeats }, () => milliseconds(action)));
}
