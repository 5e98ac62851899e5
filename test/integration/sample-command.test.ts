import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { isAlive, startCli, tempFolder, trainersOf, until } from '../support/cli.ts';
import { cli as command } from '../support/command-host/command-host.ts';
import { needsUnix, where } from '../support/where.ts';

const { it } = where(needsUnix);

const cli = (...args: string[]) => command(['sample', ...args]);

it('Gumbel-max from the command line: the same seed, the same counts; tests with their p', async () => {
  const args = ['gumbel-max', '--logits', '-0.5,1,2', '--samples', '20000', '--seed', '4', '--json'];
  const [first, second] = await Promise.all([cli(...args), cli(...args)]);
  expect(first.stderr).toBe('');
  expect(first.stdout).toBe(second.stdout);
  const document = JSON.parse(first.stdout) as { counts: number[]; tests: { p: number }[] };
  expect(document.counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  // Fixed seed; three tests that fail by chance with probability 1e-4 each.
  expect(document.tests).toHaveLength(3);
  for (const { p } of document.tests) expect(p).toBeGreaterThan(1e-4);
});

it('a million categories, from a file', async () => {
  const folder = tempFolder();
  const path = join(folder.path, 'logits.txt');
  writeFileSync(path, Array.from({ length: 1_000_000 }, (_, i) => (i % 7) / 7).join('\n'));
  const args = ['sample', 'gumbel-max', '--logits', `@${path}`, '--samples', '50', '--json'];
  const { code, stdout } = await startCli(args).result;
  folder.remove();
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { counts: number[] }).counts).toHaveLength(1_000_000);
});

it('Ctrl-C ends a long study in one sentence, and its trainer', async () => {
  const running = startCli(['sample', 'gumbel-max', '--logits', '0,1', '--samples', '1e9']);
  const pid = running.child.pid!;
  await until(() => trainersOf(pid).length > 0, 'the study has a trainer');
  const [trainer] = trainersOf(pid);
  running.child.kill('SIGINT');
  const { code, stdout, stderr } = await running.result;
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(isAlive(trainer!)).toBe(false);
});

it('top-k estimates and beam search in words', async () => {
  const topK = await cli('top-k', '--logits', '0.1,0.2,0.9', '--values', '1,2,3');
  expect(topK.stdout).toMatch(/normalised +2\.\d+ \(standard error/);
  const tree = '[{"p":0.6,"children":[{"p":0.5},{"p":0.5}]},{"p":0.4}]';
  const beam = await cli('beam', '--tree', tree, '--samples', '500');
  expect(beam.stdout).toMatch(/0\.1 +0\.3000/);
});

it.each([
  [
    ['gumbel-max', '--logits', '1,x'],
    '--logits: number 2 is "x"; expected finite numbers separated by commas',
  ],
  [['gumbel-max', '--logits', ''], '--logits: found nothing; expected numbers'],
  [['gumbel-max', '--logits', '1'], 'sample gumbel-max: logits: expected at least two logits'],
  [['gumbel-max', '--logits', '1,2', '--samples', '0'], 'sample gumbel-max: samples: must be at least 1'],
  [['gumbel-max', '--logits', '1,2', '--samples', '1e12'], 'sample gumbel-max: samples: must be at most 1e9'],
  [['top-k', '--logits', '1,2', '--k', '3'], 'k: expected at most 2, one per logit; got 3'],
  [['beam', '--tree', '{'], '--tree: expected JSON or the path of a file with JSON'],
  [['beam', '--tree', '[{"p":0.6}]'], 'the children of the root have probabilities that add up to 0.6'],
  [['beam', '--tree', '[{"p":-1}]'], 'sample beam: tree.0.p: must be above 0'],
])('%j is refused in one sentence', async (args, message) => {
  const { code, stdout, stderr } = await cli(...args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
