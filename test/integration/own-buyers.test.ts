/** Buyers of one's own, from the command line: the preset with its sample, and a file of NumPy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Evaluated } from '../../src/shared/menus/evaluation.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { doublesFile } from '../support/npy.ts';

const folder = tempFolder();
const place = ['--data-dir', join(folder.path, 'data')];
afterAll(() => folder.remove());

interface Baseline {
  readonly value: number;
  readonly bound: number;
}

it(
  'the preset comes near the exact bound of its training buyers, and never above it',
  { timeout: 120_000 },
  async () => {
    const preset = ['--problem', 'menu-auction', '--preset', 'own-bids'];
    const { comparison } = await cliJson<{ comparison: string }>([
      ...['run', ...preset, '--estimator', 'softmax', '--seeds', '1', '--backend', 'wasm', ...place],
    ]);
    const { bound } = await cliJson<Baseline>([
      'baseline',
      'lottery-menu',
      ...preset,
      '--bidders',
      '180',
      ...place,
    ]);
    const shown = await cliJson<{ runs: readonly { metrics: Record<string, number> }[] }>([
      'show',
      comparison,
      ...place,
    ]);
    const earned = shown.runs[0]!.metrics['hardTrainRevenue']!;
    expect(earned).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(earned).toBeGreaterThan(0.94 * bound);
  },
);

it('a file of NumPy is trained on, evaluated and replayed', { timeout: 60_000 }, async () => {
  const path = join(folder.path, 'values.npy');
  writeFileSync(
    path,
    doublesFile(
      [40, 2],
      Array.from({ length: 80 }, (_, i) => 1 + ((i * 7) % 11)),
    ),
  );
  const sets = [
    'valuations.kind=table',
    `valuations.path=${path}`,
    'steps=20',
    'evaluateEvery=20',
    'options=8',
    'batch=8',
  ];
  const { runs } = await cliJson<{ runs: RunRecord[] }>([
    ...['run', '--problem', 'menu-auction', '--estimator', 'softmax', '--backend', 'wasm', ...place],
    ...sets.flatMap((set) => ['--set', set]),
  ]);
  const { id } = runs[0]!;
  const found = await cliJson<Evaluated>(['evaluate', '--run', id, '--bidders', path, ...place]);
  expect(found).toMatchObject({ buyers: 40, items: 2, menu: { irViolations: 0, dsicViolations: 0 } });
  expect(found.notes.join(' ')).toContain("the run's own buyers");
  expect((await cli(['replay', id, ...place])).code).toBe(0);
  const refused = await cli([
    'run',
    '--problem',
    'menu-auction',
    '--set',
    'valuations.kind=table',
    '--set',
    `valuations.path=${join(folder.path, 'none.csv')}`,
    ...place,
  ]);
  expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('no such file') as string });
});
