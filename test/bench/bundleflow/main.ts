/**
 * The study "Estimators on BundleFlow": `npm run study:bundleflow -- [--part 2|10|50] [--data-dir folder] [--jobs n] [--steps n]`.
 * Runs the presets bundleflow-2, -10 and -50 (six estimators, five paired seeds) at each temperature, as comparisons that stay
 * in the data folder, and prints a table a part as Markdown. A comparison of the same name that is complete is not run again.
 */
import { parseArgs } from 'node:util';
import { cliJson } from '../../support/cli.ts';
import { studyTable, type StudyRun } from './table.ts';
import { openReadableStore } from '../../../src/studio/store/open.ts';
import { dataFolder } from '../../../src/studio/data-folder.ts';
import { STORE_FILE } from '../../../src/studio/studio.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const TEMPERATURES: readonly (readonly [label: string, value: unknown])[] = [
  ['0.01', 0.01],
  ['0.1', 0.1],
  ['1', 1],
  ['1 -> 0.01', { kind: 'exponential', from: 1, to: 0.01, until: 1 }],
];

const { values } = parseArgs({
  options: {
    part: { type: 'string', multiple: true },
    'data-dir': { type: 'string' },
    jobs: { type: 'string' },
    steps: { type: 'string' },
    seeds: { type: 'string' },
  },
});
const parts = values.part ?? ['2', '10', '50'];
const dataDir = dataFolder(values['data-dir']);

/** Runs of the comparison of that name, if it is there and complete. */
function finished(
  name: string,
): { runs: StudyRun[]; baselines: Readonly<Record<string, number>> } | undefined {
  const path = join(dataDir, STORE_FILE);
  if (!existsSync(path)) return undefined;
  const store = openReadableStore(path);
  try {
    const comparison = store.comparisons().find((candidate) => candidate.name === name);
    if (comparison === undefined) return undefined;
    const runs = store.runs({ comparison: comparison.id });
    if (runs.some(({ state }) => state !== 'completed')) return undefined;
    const read = runs.map(({ id, spec, metrics, seconds }): StudyRun => {
      const series = store.readSeries(id, 'hardValidationRevenue');
      return {
        estimator: spec.estimator,
        seconds,
        relaxed: metrics['relaxedRevenue'] ?? NaN,
        hard: metrics['hardTestRevenue'] ?? NaN,
        gap: metrics['gap'] ?? NaN,
        steps: [...series.steps],
        revenue: [...series.values],
      };
    });
    return { runs: read, baselines: comparison.baselines ?? {} };
  } finally {
    store.close();
  }
}

for (const part of parts) {
  const groups: { temperature: string; runs: readonly StudyRun[] }[] = [];
  let baselines: Readonly<Record<string, number>> = {};
  for (const [temperature, value] of TEMPERATURES) {
    const length = values.steps === undefined ? '' : `, ${values.steps} steps`;
    const name = `Estimators on BundleFlow, ${part} items, temperature ${temperature}${length}`;
    if (finished(name) === undefined) {
      process.stderr.write(`${name}\n`);
      await cliJson([
        ...[
          'run',
          '--preset',
          `bundleflow-${part}`,
          '--name',
          name,
          '--backend',
          'wasm',
          '--data-dir',
          dataDir,
        ],
        ...['--set', `temperature=${JSON.stringify(value)}`],
        ...(values.steps === undefined ? [] : ['--set', `steps=${values.steps}`]),
        ...(values.seeds === undefined ? [] : ['--seeds', values.seeds]),
        ...(values.jobs === undefined ? [] : ['--jobs', values.jobs]),
      ]);
    }
    const done = finished(name);
    if (done === undefined) throw new Error(`${name}: a run did not complete; resume it and start again`);
    groups.push({ temperature, runs: done.runs });
    ({ baselines } = done);
  }
  process.stdout.write(`\n### ${part} items\n\n${studyTable(groups, baselines)}\n`);
}
