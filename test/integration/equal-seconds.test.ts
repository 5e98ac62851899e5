/** What commands say of rows at equal seconds, where their runs shared these alike and where not. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sharing } from '../../src/shared/contract/comparisons.ts';
import type { Verdict } from '../../src/shared/contract/verdict.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { fillSharedSeconds } from '../fixtures/shared-seconds.ts';
import { cli, cliJson, tempFolder } from '../support/cli.ts';

interface Document {
  readonly runs: readonly { readonly estimator: string; readonly sharers: number }[];
  readonly sharing: Sharing | null;
  readonly verdict: Verdict;
}

const data = tempFolder();
const place = ['--data-dir', data.path];
let mixed: string;
let alike: string;

beforeAll(() => {
  const store = join(data.path, STORE_FILE);
  mixed = fillSharedSeconds(store, 'Mixed', { softmax: 3, reinforce: 1 });
  alike = fillSharedSeconds(store, 'Alike', { softmax: 3, reinforce: 3 });
});
afterAll(() => data.remove());

const shown = async (...args: string[]) => (await cli(['show', ...args, ...place])).stdout;
const document = (...args: string[]) => cliJson<Document>(['show', ...args, ...place]);

describe('rows that were trained together beside rows that were trained alone', () => {
  it.each([[['--at', 'seconds']], [['--at', 'seconds=7']]])(
    'get no verdict with %s, but the reason and the remedy',
    async (at) => {
      const { verdict, sharing, runs } = await document(mixed, ...at);
      expect(verdict.sentence).toMatch(/^No verdict after (12\.50|7) seconds of training\. /);
      expect(verdict.sentence).toContain('Softmax relaxation 3 at a time; REINFORCE alone');
      expect(verdict.sentence).toContain('--one-by-one');
      expect(verdict.pairs).toEqual([]);
      expect(sharing!.even).toBe(false);
      expect(runs.map(({ estimator, sharers }) => [estimator, sharers])).toEqual([
        ...Array<unknown>(3).fill(['softmax', 3]),
        ...Array<unknown>(3).fill(['reinforce', 1]),
      ]);
      expect(await shown(mixed, ...at)).toContain(verdict.sentence);
    },
  );

  it('are told apart at their ends and at equal evaluations, where speeds say whose they are', async () => {
    const { verdict } = await document(mixed, '--at', 'steps');
    expect(verdict.pairs).toHaveLength(1);
    const text = await shown(mixed);
    expect(text).toMatch(/steps\/s +sharers\nreinforce .* 8\.00 +1\nsoftmax .* 8\.00 +3\n/);
    expect(text).toContain('Seconds and steps/s of these rows cannot be compared');
  });

  it('say so in the tables that are exported', async () => {
    const out = join(data.path, 'exported');
    await cli(['export', mixed, '--out', out, '--format', 'csv', ...place]);
    const rows = parse<{ sharers: string }>(readFileSync(join(out, 'runs.csv')), { columns: true });
    expect(rows.map(({ sharers }) => sharers)).toEqual(['3', '3', '3', '1', '1', '1']);
  });
});

it('rows in crews of one size are judged at equal seconds, and it is said whose they are', async () => {
  const { verdict, sharing } = await document(alike, '--at', 'seconds');
  expect(verdict.pairs).toHaveLength(1);
  expect(sharing).toMatchObject({ even: true });
  const text = await shown(alike, '--at', 'seconds');
  expect(text).toContain('Runs shared their seconds of training, 3 at a time');
  expect(text).not.toContain('sharers');
});
