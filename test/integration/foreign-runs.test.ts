/** Runs of other programs through the command line and over the server: imported, compared and judged. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Verdict } from '../../src/shared/contract/verdict.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { where } from '../support/where.ts';

const folder = tempFolder();
const place = ['--data-dir', join(folder.path, 'data')];
afterAll(() => folder.remove());

interface Imported {
  readonly runs: readonly { id: string; comparison: string; spec: { estimator: string; seed: number } }[];
}

it('a wide table of two names and four seeds has a verdict; a second import is refused whole', async () => {
  const file = join(folder.path, 'relaxations.csv');
  const rows = ['soft', 'hard'].flatMap((name, n) =>
    [1, 2, 3, 4].flatMap((seed) =>
      [0, 10].map((step) => [name, seed, step, n + 0.01 * seed + 0.001 * step].join(',')),
    ),
  );
  writeFileSync(file, ['method,seed,t,revenue', ...rows].join('\n'));
  const { runs } = await cliJson<Imported>(['import', file, '--columns', 'step=t', ...place]);
  expect(runs.map(({ spec }) => `${spec.estimator} ${spec.seed}`)).toEqual(
    ['soft', 'hard'].flatMap((name) => [1, 2, 3, 4].map((seed) => `${name} ${seed}`)),
  );
  const comparison = runs[0]!.comparison;
  const { verdict } = await cliJson<{ verdict: Verdict }>(['show', comparison, ...place]);
  expect(verdict.metric).toBe('revenue');
  expect(verdict.pairs).toHaveLength(1);
  expect(verdict.sentence).toMatch(/^hard is ahead of soft by 1\.000 in revenue/);
  expect(Math.abs(verdict.pairs[0]!.difference!)).toBeCloseTo(1, 9);
  const again = await cli(['import', file, '--columns', 'step=t', ...place]);
  expect(again).toMatchObject({ code: 4, stderr: expect.stringContaining('nothing was imported') as string });
});

it('what is no runs is refused in one sentence, and nothing is kept', async () => {
  const file = join(folder.path, 'bad.jsonl');
  writeFileSync(file, '{"step": 0, "loss": 1}\n{"step": "x", "loss": 2}\n');
  const { code, stderr } = await cli(['import', file, ...place]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/bad\.jsonl, line 2, column step: expected a number, found "x"/);
  expect((await cli(['import', file, '--columns', 'step', ...place])).stderr).toContain('expected role=name');
});

const writer = `
import sys
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.event_file_writer import EventFileWriter
w = EventFileWriter(sys.argv[1])
for i in range(5):
    w.add_event(Event(wall_time=i, step=i, summary=Summary(value=[Summary.Value(tag="train/loss", simple_value=i / 4)])))
w.close()
`;
const hasTensorBoard = spawnSync('python3', ['-c', 'import tensorboard']).status === 0;

where(hasTensorBoard ? '' : 'needs tensorboard for python3').describe(
  'event files of tensorboard itself',
  () => {
    it('come in', async () => {
      const logs = join(folder.path, 'logs', 'soft-seed2');
      mkdirSync(logs, { recursive: true });
      expect(spawnSync('python3', ['-c', writer, logs]).status).toBe(0);
      const { runs } = await cliJson<Imported>(['import', join(folder.path, 'logs'), ...place]);
      expect(runs.map(({ spec }) => [spec.estimator, spec.seed])).toEqual([['soft', 2]]);
    });
  },
);
