import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openReadableStore, openStore } from '../../../src/studio/store/open.ts';
import { median, record } from '../results.ts';
import { batch, comparisonOf, inTurns, milliseconds, ratioText } from './workload.ts';

const comparisons = 100;
const runsEach = 100;
const repeats = 20;

/** Milliseconds to list 10 000 runs with specs, last metrics and environments; the peer keeps each record as one JSON text. */
export function measureList(folder: string): string[] {
  const file = join(folder, 'list.sqlite');
  const store = openStore(file);
  for (let index = 0; index < comparisons; index += 1) {
    const { runs } = store.createComparison(comparisonOf(runsEach, 1000));
    store.commit(
      batch(
        runs.map((run) => run.id),
        20,
        0,
        5,
      ),
    );
  }
  const environment = {
    ...{ studioVersion: '0.1.0', node: '24.21.0', platform: 'linux', arch: 'x64', cpu: 'bench' },
    ...{ backend: 'wasm', backendVersion: '4.22.0', device: 'cpu' },
  };
  for (const run of store.runs())
    store.updateRun(run.id, { state: 'completed', environment, startedAt: 1, endedAt: 2 });
  const records = new Database(join(folder, 'list-peer.sqlite'));
  records.exec('CREATE TABLE runs (id TEXT PRIMARY KEY, record TEXT)');
  const insert = records.prepare('INSERT INTO runs VALUES (?, ?)');
  records.transaction(() => store.runs().forEach((run) => insert.run(run.id, JSON.stringify(run))))();
  store.close();

  const cold = times(() => {
    const reader = openReadableStore(file);
    reader.runs();
    reader.close();
  });
  const reader = openReadableStore(file);
  const page = times(() => reader.runs({ limit: 100 }));
  const all = records.prepare<[], string>('SELECT record FROM runs').pluck();
  const { ours, peer, ratio } = inTurns(
    () => reader.runs(),
    () => all.all().map((text) => JSON.parse(text) as unknown),
    repeats,
  );
  reader.close();
  records.close();
  const what = `List of ${comparisons * runsEach} runs`;
  record({ what, unit: 'ms', ours, peer: { name: 'JSON a run', figure: peer }, ratio });
  return [
    `${what}: ${cold.toFixed(1)} ms cold, ${ours.median.toFixed(1)} ms warm, first 100 ${page.toFixed(2)} ms;` +
      ` JSON a run: ${peer.median.toFixed(1)} ms; ratio ${ratioText(ratio)} (${repeats} turns)`,
  ];
}

function times(action: () => void): number {
  return median(Array.from({ length: repeats }, () => milliseconds(action)));
}
