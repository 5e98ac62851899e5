/** Runs of Python scripts (python/gumbel_studio) in the studio, and the studio's in Python: real Python, real command line. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/shared/contract/verdict.ts';
import { readRunFile } from '../../src/studio/files/run-file.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { where } from '../support/where.ts';

const PACKAGE = join(import.meta.dirname, '../../python');
const KEPT = join(import.meta.dirname, '../fixtures/kept-runs/files');
/** SQLite knows the tables of a run file from 3.37 on. */
const able = `import sqlite3, sys; assert sys.version_info >= (3, 9) and sqlite3.sqlite_version_info >= (3, 37)`;
const hasPython = spawnSync('python3', ['-c', able]).status === 0;

const folder = tempFolder();
const place = ['--data-dir', join(folder.path, 'data')];
afterAll(() => folder.remove());

function python(...args: readonly string[]): string {
  return execFileSync('python3', ['-B', ...args], { cwd: PACKAGE, encoding: 'utf8' });
}

/** Files that `python -m tests.groups <what>` writes. */
function written(what: string, ...further: readonly string[]): readonly string[] {
  const own = join(folder.path, what);
  mkdirSync(own);
  python('-m', 'tests.groups', what, own, ...further);
  return readdirSync(own)
    .sort()
    .map((name) => join(own, name));
}

interface Document {
  readonly comparison: string;
  readonly runs: readonly { id: string; estimator: string; seed: number; state: string }[];
  readonly verdict: Verdict;
}

const imported = (files: readonly string[]) => cli(['import', ...files, ...place]);

async function shown(file: string): Promise<Document> {
  return cliJson(['show', readRunFile(file).comparison.id, ...place]);
}

where(hasPython ? '' : 'needs python3 from 3.9 with SQLite from 3.37').describe('Python', () => {
  it('passes its own tests', () => {
    const { status, stderr } = spawnSync('python3', ['-B', '-m', 'unittest'], {
      cwd: PACKAGE,
      encoding: 'utf8',
    });
    expect(stderr).toMatch(/^Ran [1-9]\d+ tests/m);
    expect(status, stderr).toBe(0);
  });

  describe('a group of two names and four seeds, in a file each', () => {
    let files: Record<'paired' | 'independent', readonly string[]>;
    beforeAll(async () => {
      files = { paired: written('paired'), independent: written('independent') };
      const { code, stderr } = await imported([...files.paired, ...files.independent]);
      expect(code, stderr).toBe(0);
    });

    it('is one comparison, judged seed by seed where the script calls its runs paired', async () => {
      const { runs, verdict } = await shown(files.paired[0]!);
      expect(runs).toHaveLength(8);
      expect(verdict).toMatchObject({ metric: 'revenue', step: null, test: 't', declared: true });
      expect(verdict.pairs).toMatchObject([{ b: 'baseline', n: 4, test: 't' }]);
      const [{ a, difference, p }] = verdict.pairs as [Verdict['pairs'][number]];
      expect(a).toMatch(/^Entspannung-[0-9a-f]{6}$/);
      expect(difference).toBeCloseTo(0.5, 0);
      expect(p).toBeLessThan(0.01);
      expect(verdict.sentence).toMatch(/is ahead of baseline by .* in Hard revenue .*paired over 4 seeds/);
    });

    it('is judged as independent samples where it does not', async () => {
      const { verdict } = await shown(files.independent[0]!);
      expect(verdict.pairs).toMatchObject([{ n: 4, test: 'welch' }]);
      // What the seeds share hides the difference.
      expect(verdict.pairs[0]!.p).toBeGreaterThan(0.5);
      expect(verdict.sentence).toContain('not paired, 4 seeds each (Welch)');
      expect(verdict.sentence).not.toContain('added after');
    });

    it('is reported with its own metrics', async () => {
      const { id } = readRunFile(files.paired[0]!).comparison;
      const out = join(folder.path, 'report.html');
      const { code, stderr } = await cli(['report', id, '--out', out, ...place]);
      expect(code, stderr).toBe(0);
      const html = readFileSync(out, 'utf8');
      expect(html).toMatch(/<th[^>]*>Hard revenue<\/th>/);
      expect(html).toContain('is ahead of baseline by');
      expect(html).not.toContain('Believed against');
    });

    it('has its metrics in the table, and says who can train more of it', async () => {
      const { id } = readRunFile(files.independent[0]!).comparison;
      const { stdout } = await cli(['show', id, ...place]);
      expect(stdout).toContain(
        'Not all rows are paired: nothing shows that a seed gave them the same data, minibatches and initial weights.',
      );
      expect(stdout).toMatch(/^estimator +n +Hard revenue +loss +steps\/s$/m);
      const { code, stderr } = await cli(['settle', id, '--more', '2', ...place]);
      expect(code).not.toBe(0);
      expect(stderr).toContain('run them with further seeds and import the files');
    });
  });

  it('a seed that failed before it measured anything is of its group, and counts', async () => {
    const files = written('failed');
    const [broken, first, other, different] = files.toSorted() as [string, string, string, string];
    const { code, stderr } = await imported([broken, first, other]);
    expect(code, stderr).toBe(0);
    const { verdict, runs } = await shown(broken);
    expect(runs.map(({ state }) => state).sort()).toEqual(['completed', 'completed', 'failed']);
    expect(verdict).toMatchObject({ metric: 'nll', declared: true });
    expect(verdict.sentence).toContain('Failed: baseline at seed 1.');
    const refused = await imported([different]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(
      'is to maximize accuracy, but the runs of that group which are here minimize nll; give its script the same metric and direction',
    );
  });

  it('a loop of its own stands beside the runs of the studio, in one verdict', async () => {
    const { comparison } = await cliJson<Document>([
      ...['run', '--problem', 'toy-categorical', '--estimator', 'softmax', '--seeds', '3'],
      ...['--backend', 'cpu', '--set', 'steps=20', ...place],
    ]);
    const out = join(folder.path, 'exported');
    await cli(['export', comparison, '--format', 'gsrun', '--out', out, ...place]);
    const [file] = readdirSync(out).map((name) => join(out, name));
    const { code, stderr } = await imported(written('beside', file!));
    expect(code, stderr).toBe(0);
    const { runs, verdict } = await cliJson<Document>(['show', comparison, ...place]);
    expect(runs).toHaveLength(6);
    expect(verdict.pairs).toMatchObject([{ n: 3, test: 'welch' }]);
    expect([verdict.pairs[0]!.a, verdict.pairs[0]!.b].sort()).toEqual(['own-loop', 'softmax']);
    expect(verdict.metric).toBe('expectedValue');
    expect(verdict.sentence).toContain('3 runs added after a first look');
  });

  it('gets back what it wrote to the last bit, through store and export', async () => {
    const [file] = written('long');
    expect((await imported([file!])).code).toBe(0);
    const out = join(folder.path, 'back');
    const { id } = readRunFile(file!).run;
    await cli(['export', id, '--format', 'gsrun', '--out', out, ...place]);
    const [back] = readdirSync(out);
    expect(python('-m', 'tests.groups', 'alike', join(folder.path, 'long'), join(out, back!))).toBe(
      'alike\n',
    );
  });

  it.each(readdirSync(KEPT))('reads %s of an earlier studio', (name) => {
    const file = join(KEPT, name);
    const { run, series, parameters } = readRunFile(file);
    const lines = python('-m', 'tests.groups', 'summary', file).trimEnd().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^${run.spec.estimator} \\S+ ${run.spec.seed} ${run.state} None$`));
    const expected = Object.entries(series).map(
      ([known, { steps }]) => `${known} ${steps.length} ${steps.at(-1)} `,
    );
    for (const beginning of expected) expect(lines.some((line) => line.startsWith(beginning))).toBe(true);
    expect(lines).toHaveLength(1 + expected.length + parameters.length);
  });
});
