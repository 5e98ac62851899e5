import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { rowFaults } from '../check-rows.ts';
import { connectReadable, connectWritable } from '../connection.ts';
import { openStore } from '../open.ts';
import { migrations } from './index.ts';
import { migrate } from './migrate.ts';

/** A store of the format before variants, with three runs: their checksums are those of that format. */
function olderStore(damage = ''): string {
  const file = join(temporaryFolder(), 'studio.sqlite');
  const db = connectWritable(file);
  db.pragma('application_id = 0x47535354');
  migrate(db, migrations, 40);
  db.exec(`
    INSERT INTO comparisons (id, name, problem, backend, baselines, created_at)
      VALUES ('k3f9x2ab', 'n', 'menu', 'cpu', '{"optimum":2}', 1);
    INSERT INTO documents (sha256, json) VALUES (x'00', '{"a":1}')`);
  const insert = db.prepare(
    `INSERT INTO runs (id, comparison, name, problem, config, estimator, settings, seed, backend, state, reason, step, steps,
       seconds, steps_per_second, evaluations, metrics, created_at, notes, tags)
     VALUES (?, 1, 'n', 'menu', 1, 'e', 1, ?, 'cpu', 'completed', '', 3, 3, 1.5, 3, 3, '{"loss":1}', 1, 'é', '["t"]')`,
  );
  for (const seed of [0, 1, 2]) insert.run(`k3f9x2ab-0${seed}`, seed);
  migrate(db, migrations, 50);
  if (damage !== '') db.exec(damage);
  db.close();
  return file;
}

it('keeps every run and comparison of an older store: of no variant, with reference lines for all', () => {
  const file = olderStore();
  const store = openStore(file);
  onTestFinished(() => store.close());
  expect(store.storedRuns()).toMatchObject({
    runs: [0, 1, 2].map((seed) => ({ spec: { seed }, notes: 'é', variant: null, pairing: null })),
    damaged: [],
  });
  expect(store.comparisons()).toMatchObject([
    { baselines: { optimum: 2 }, variantBaselines: [], verdict: null },
  ]);
  const pairing = { task: '0123456789abcdef', weights: { w: { shape: [2], digest: 'fedcba9876543210' } } };
  store.updateRun('k3f9x2ab-01', { pairing });
  expect(store.run('k3f9x2ab-01')).toMatchObject({ pairing });
  const db = connectReadable(file);
  onTestFinished(() => void db.close());
  expect(rowFaults(db)).toEqual([]);
});

it('gives no right checksum to a row that was damaged before', () => {
  const store = openStore(olderStore("UPDATE runs SET seed = 7 WHERE id = 'k3f9x2ab-01'"));
  onTestFinished(() => store.close());
  const { runs, damaged } = store.storedRuns();
  expect(runs.map(({ id }) => id)).toEqual(['k3f9x2ab-00', 'k3f9x2ab-02']);
  expect(damaged).toMatchObject([{ id: 'k3f9x2ab-01' }]);
});
