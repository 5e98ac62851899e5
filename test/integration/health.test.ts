/** A run that collapses, with a real trainer: what the store, the command line and files of the run say of it. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Alert } from '../../src/shared/health.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const data = tempFolder();
const place = ['--data-dir', data.path];

interface Document {
  readonly comparison: string;
  readonly runs: readonly {
    readonly id: string;
    readonly estimator: string;
    readonly alerts?: readonly Alert[];
  }[];
}

let document: Document;

beforeAll(async () => {
  document = await cliJson<Document>([
    ...['run', '--problem', 'menu-auction', '--preset', 'collapse', '--seeds', '1,', '--backend', 'wasm'],
    ...[
      '--estimator',
      'softmax,st-gumbel-softmax',
      '--set',
      'steps=500',
      '--set',
      'evaluateEvery=50',
      ...place,
    ],
  ]);
});

afterAll(() => data.remove());

it('is told by run, show, list, and the table of its comparison', async () => {
  const [softmax, healthy] = document.runs;
  expect(softmax?.alerts?.map(({ id }) => id)).toContain('nothing-hard');
  expect(healthy).not.toHaveProperty('alerts');
  const shown = await cliJson<{ alerts: readonly Alert[] }>(['show', softmax?.id ?? '', ...place]);
  expect(shown.alerts).toEqual(softmax?.alerts);
  expect((await cli(['show', softmax?.id ?? '', ...place])).stdout).toMatch(
    /health +collapsed: relaxed revenue/,
  );
  expect((await cli(['list', ...place])).stdout).toMatch(/softmax.* collapsed/);
  expect((await cli(['show', document.comparison, ...place])).stdout).toContain(
    'Collapsed: softmax at seed 1.',
  );
});

it('goes with the run into a file, and comes back from it', async () => {
  const [softmax] = document.runs;
  const other = tempFolder();
  try {
    await cli(['export', softmax?.id ?? '', '--format', 'gsrun', '--out', other.path, ...place]);
    const there = ['--data-dir', `${other.path}/data`];
    await cli(['import', `${other.path}/${softmax?.id}.gsrun`, ...there]);
    const shown = await cliJson<{ alerts: readonly Alert[] }>(['show', softmax?.id ?? '', ...there]);
    expect(shown.alerts).toEqual(softmax?.alerts);
  } finally {
    other.remove();
  }
});
