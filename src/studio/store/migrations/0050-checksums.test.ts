import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runRecord } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { rowFaults } from '../check-rows.ts';
import { toBlob } from '../columns.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { packTail } from '../tail.ts';
import { migrations } from './index.ts';
import { migrate } from './migrate.ts';

/** A store of the format before checksums: a run with blocks of regular and irregular steps, new points and a log. */
function olderStore(): string {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const db = connectWritable(file);
  db.pragma('application_id = 0x47535354');
  migrate(db, migrations, 40);
  const environment = JSON.stringify(runRecord.environment);
  db.exec(`
    INSERT INTO comparisons (id, name, problem, backend, created_at) VALUES ('k3f9x2ab', 'n', 'menu', 'cpu', 1);
    INSERT INTO documents (sha256, json) VALUES (x'00', '{"a":1}'), (x'01', '${environment}');
    INSERT INTO runs (id, comparison, name, problem, config, estimator, settings, seed, backend, state, reason, step, steps,
      seconds, steps_per_second, evaluations, metrics, environment, created_at, notes, tags)
    VALUES ('k3f9x2ab-00', 1, 'n', 'menu', 1, 'e', 1, 7, 'cpu', 'interrupted', '', 3, 3, 1.5, 3, 3e9, '{"loss":1}', 2, 1, 'é', '["t"]');
    INSERT INTO events (run, at, kind, step, message) VALUES (1, 5, 'log', 0, 'one'), (1, 5, 'log', 1, 'two');
    INSERT INTO series (run, name) VALUES (1, 'loss'), (1, 'gap')`);
  const block = db.prepare(
    `INSERT INTO blocks (series, first_step, last_step, count, non_finite, first_value, last_value, min, min_step, max, max_step,
       stride, step_data, value_data) VALUES (?, ?, ?, 2, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  block.run(1, 0, 1, 0, 1, 2, 1, 0, 2, 1, 1, null, toBlob(Float64Array.of(1, 2)));
  block.run(
    1,
    5,
    9,
    1,
    NaN,
    -0,
    0,
    9,
    0,
    9,
    null,
    toBlob(Float64Array.of(5, 9)),
    toBlob(Float64Array.of(NaN, -0)),
  );
  const tail = db.prepare('INSERT INTO tail (run, points) VALUES (1, ?)');
  tail.run(packTail([{ series: 1, steps: Float64Array.of(10), values: Float64Array.of(3) }]));
  tail.run(packTail([{ series: 2, steps: Float64Array.of(4, 6), values: Float64Array.of(7, Infinity) }]));
  db.close();
  return file;
}

it('gives checksums to every row of an older store, and keeps all it holds', () => {
  const file = olderStore();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.storedRuns()).toMatchObject({
    runs: [{ id: 'k3f9x2ab-00', seconds: 1.5, evaluations: 3e9, notes: 'é', tags: ['t'] }],
    damaged: [],
  });
  expect(store.readSeries('k3f9x2ab-00', 'loss')).toEqual({
    steps: Float64Array.of(0, 1, 5, 9, 10),
    values: Float64Array.of(1, 2, NaN, -0, 3),
  });
  expect(store.series('k3f9x2ab-00').map(({ name, count }) => [name, count])).toEqual([
    ['gap', 2],
    ['loss', 5],
  ]);
  expect(store.events('k3f9x2ab-00').map(({ message }) => message)).toEqual(['one', 'two']);
  store.addEvent('k3f9x2ab-00', { kind: 'log', step: 2, message: 'three' });
  store.updateRun('k3f9x2ab-00', { state: 'completed' });
  expect(store.readSeries('k3f9x2ab-00', 'gap').values).toEqual(Float64Array.of(7, Infinity));
  const db = connectReadable(file);
  onTestFinished(() => void db.close());
  expect(rowFaults(db)).toEqual([]);
});

it('refuses an older store that is damaged, as its damage would get right checksums', () => {
  const file = olderStore();
  const db = connectReadable(file);
  const page =
    db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'tail'").pluck().get() ?? 0;
  const size = Number(db.pragma('page_size', { simple: true }));
  db.close();
  writeFileSync(file, readFileSync(file).fill(0, (page - 1) * size, page * size));
  expect(() => openStore(file)).toThrow(/is damaged.*check-store/);
});
