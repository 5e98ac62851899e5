import { join } from 'node:path';
import { openStore } from '../../../src/studio/store/open.ts';
import type { RunBatch } from '../../../src/studio/store/types.ts';
import { PlainTable } from './plain-table.ts';
import { median, record, spreadOf, type Spread } from '../results.ts';
import { batch, comparisonOf, milliseconds, ratioText } from './workload.ts';

const trainers = 12;
const series = 20;
/** Points a series and commit: at ten commits a second 10, 30 and 100 are trainers at 100, 300 and 1000 steps/s. */
const batchSizes = [10, 30, 100];
const pointsOfStore = 1_000_000;
const pointsOfPeer = 100_000;
const turns = 5;

/** Points a second that are durable on the disk, commit by commit as 12 trainers send them. */
export function measureIngest(folder: string): string[] {
  return batchSizes.map((size) => {
    const store = openStore(join(folder, `ingest-${size}.sqlite`));
    const { runs } = store.createComparison(comparisonOf(trainers, 1e9));
    const ids = runs.map((run) => run.id);
    const table = new PlainTable(join(folder, `ingest-peer-${size}.sqlite`));
    const pairs = Array.from({ length: turns }, (_, turn) => [
      rate((batches) => store.commit(batches), ids, size, pointsOfStore, turn),
      rate((batches) => table.commit(batches), ids, size, pointsOfPeer, turn),
    ]) as (readonly [Rate, Rate])[];
    store.close();
    table.close();
    const [ours, theirs] = [0, 1].map((side) => spreadOf(pairs.map((pair) => pair[side]!.perSecond))) as [
      Spread,
      Spread,
    ];
    const ratio = spreadOf(pairs.map(([own, other]) => own.perSecond / other.perSecond));
    const [commit, worst] = [
      median(pairs.map(([own]) => own.median)),
      Math.max(...pairs.map(([own]) => own.worst)),
    ];
    const what = `Ingest, ${trainers} trainers x ${series} series x ${size} points a commit`;
    record({ what, unit: 'points/s', ours, peer: { name: 'row a point', figure: theirs }, ratio });
    return (
      `${what}: ${millions(ours.median)} M points/s (commit: median ${commit.toFixed(1)} ms, worst ${worst.toFixed(0)} ms);` +
      ` row a point: ${millions(theirs.median)} M points/s; ratio ${ratioText(ratio)} (${turns} turns)`
    );
  });
}

interface Rate {
  readonly perSecond: number;
  /** Of the milliseconds of a commit. */
  readonly median: number;
  readonly worst: number;
}

/** @param turn how often such points were written before */
function rate(
  commit: (batches: readonly RunBatch[]) => void,
  ids: readonly string[],
  size: number,
  points: number,
  turn: number,
): Rate {
  const times: number[] = [];
  const commits = Math.ceil(points / (trainers * series * size));
  for (let index = 0; index < commits; index += 1) {
    const batches = batch(ids, series, (turn * commits + index) * size, size);
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
