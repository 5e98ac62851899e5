/** The verdict of a comparison on the command line, with real trainers: fixed before the runs, asked for otherwise, settled. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/shared/contract/verdict.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const data = tempFolder();
const place = ['--data-dir', data.path];

interface Document {
  readonly comparison: string;
  readonly runs: readonly { id: string; estimator: string; seed: number; state: string }[];
  readonly verdict: Verdict;
}

let document: Document;

beforeAll(async () => {
  document = await cliJson<Document>([
    ...['run', '--problem', 'toy-categorical', '--estimator', 'exact,softmax,reinforce', '--seeds', '2'],
    ...['--backend', 'cpu', '--set', 'steps=20', '--verdict', 'test=bootstrap-t,margin=0.001', ...place],
  ]);
});

afterAll(() => data.remove());

const show = (verdict: string) =>
  cliJson<Document>(['show', document.comparison, '--verdict', verdict, ...place]);

describe('the verdict', () => {
  it('is part of what run prints, over every pair', () => {
    const { verdict } = document;
    expect(verdict).toMatchObject({
      metric: 'expectedValue',
      step: null,
      test: 'bootstrap-t',
      margin: 0.001,
      declared: true,
    });
    expect(verdict.pairs.map(({ a, b, n, test }) => [a, b, n, test].join())).toHaveLength(3);
    expect(verdict.sentence).toMatch(/ cannot be told apart from | is ahead of /);
  });

  it('stays what was fixed before the runs, and says when it is another', async () => {
    const kept = await cliJson<Document>(['show', document.comparison, ...place]);
    expect(kept.verdict).toEqual(document.verdict);
    // A margin is in units of its metric.
    const { verdict } = await show('metric=entropy,step=10,test=t');
    expect(verdict).toMatchObject({ metric: 'entropy', step: 10, test: 't', margin: null, declared: false });
    expect(verdict.sentence).toContain('What is judged was chosen after seeing the data.');
  });

  it('and the table are also of when all had spent the same', async () => {
    const asked = ['show', document.comparison, '--at', 'evaluations=20', ...place];
    const held = await cliJson<Document & { budget: unknown }>(asked);
    expect(held.budget).toEqual({ kind: 'evaluations', amount: 20, endedBefore: 0 });
    expect(held.verdict.sentence).toMatch(/ after 20 evaluations of f .*chosen after seeing the data\.$/);
    const { stdout } = await cli(asked);
    expect(stdout).toContain('Values after 20 evaluations of f, from the last points that cost no more.');
    const { code, stderr } = await cli(['show', document.comparison, '--at', 'epochs=3', ...place]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('--at epochs=3: expected steps, evaluations or seconds');
  });

  it.each([
    ['metric=revenue', /^gumbel-studio: verdict\.metric: there is no metric revenue; choose among /],
    ['test=sign', /--verdict.*test.*"t"\|"wilcoxon"\|"bootstrap-t"/],
    ['margin=-1', /--verdict.*margin/],
    ['wilcoxon', /--verdict wilcoxon: expected key=value/],
  ])('of %s is refused', async (verdict, message) => {
    const { code, stderr } = await cli(['show', document.comparison, '--verdict', verdict, ...place]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(message);
    const run = await cli(['run', '--problem', 'toy-categorical', '--verdict', verdict, ...place]);
    expect(run.code).not.toBe(0);
    expect(run.stderr).toMatch(message);
  });
});

describe('settling', () => {
  it('says what it would train', async () => {
    const plan = await cliJson<{ seeds: number[]; groups: string[]; runs: number; seconds: number }>([
      ...['settle', document.comparison, '--more', '3', '--dry-run', ...place],
    ]);
    expect(plan.seeds).toEqual([3, 4, 5]);
    expect(plan.runs).toBe(3 * plan.groups.length);
    expect(plan.seconds).toBeGreaterThan(0);
  });

  it('trains further seeds of the best row and of those that are open, in the same comparison', async () => {
    const after = await cliJson<Document>(['settle', document.comparison, '--more', '1', ...place]);
    expect(after.comparison).toBe(document.comparison);
    const added = after.runs.filter(({ seed }) => seed === 3);
    expect(added.length).toBeGreaterThanOrEqual(2);
    expect(added.every(({ state }) => state === 'completed')).toBe(true);
    expect(after.runs).toHaveLength(6 + added.length);
    expect(new Set(after.runs.map(({ id }) => id)).size).toBe(after.runs.length);
    expect(after.verdict.sentence).toContain(
      `${added.length} runs added after a first look, which p does not account for.`,
    );
    const ofAdded = after.verdict.pairs.filter(({ a, b }) =>
      [a, b].every((name) => added.some(({ estimator }) => estimator === name)),
    );
    expect(ofAdded.every(({ n, test }) => n === 3 && test === 'bootstrap-t')).toBe(true);
  });

  it('refuses a run, what is not there, and a number of seeds that is none', async () => {
    const refusals = [
      [[document.runs[0]!.id], 'is a run; give the id of its comparison'],
      [['nothing'], 'no run or comparison is called "nothing"'],
      [[document.comparison, '--more', '0'], '--more 0: expected an integer from 1 to 1000'],
    ] as const;
    for (const [args, message] of refusals) {
      const { code, stderr } = await cli(['settle', ...args, ...place]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(message);
    }
  });
});

describe('a ranking', () => {
  it('is over comparisons, whose rows all of them have', async () => {
    const other = await cliJson<Document>([
      ...['run', '--problem', 'toy-bernoulli', '--estimator', 'exact,softmax', '--seeds', '2'],
      ...['--backend', 'cpu', '--set', 'steps=10', ...place],
    ]);
    const both = [document.comparison, other.comparison];
    const ranking = await cliJson<{ rows: { row: string; ranks: number[] }[]; leftOut: string[] }>([
      ...['rank', ...both, ...place],
    ]);
    expect(ranking.rows.map(({ row }) => row).sort()).toEqual(['exact', 'softmax']);
    expect(ranking.rows.map(({ ranks }) => ranks.length)).toEqual([2, 2]);
    expect(ranking.leftOut).toEqual(['reinforce']);
    const { stdout } = await cli(['rank', ...both, ...place]);
    expect(stdout).toMatch(/has the best average rank over 2 comparisons/);
    const alone = await cli(['rank', document.comparison, ...place]);
    expect(alone.stderr).toContain('expected at least two comparisons');
  });
});
