/** `ope` from the command line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { OpeResult } from '../../src/shared/ope.ts';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { newComparison } from '../fixtures/runs.ts';
import { tempFolder } from '../support/cli.ts';
import { cli as command } from '../support/command-host/command-host.ts';

const folder = tempFolder();
afterAll(() => folder.remove());
const cli = (...args: string[]) => command(['ope', ...args, '--data-dir', folder.path]);
const file = (name: string, lines: readonly string[]) => {
  const path = join(folder.path, name);
  writeFileSync(path, lines.join('\n'));
  return path;
};

const rows = (count: number, row: (n: number) => string) => Array.from({ length: count }, (_, n) => row(n));
// Items a and b in turn, with 1/2; a is rewarded every time, b never.
const header = 'age,item,propensity,reward';
const small = file('log.csv', [
  header,
  ...rows(40, (n) => `${n % 5},${n % 2 ? 'b' : 'a'},0.5,${1 - (n % 2)}`),
]);
const onlyA = file('policy.csv', ['round,item,probability', ...rows(40, (n) => `${n},a,1`)]);

describe('the synthetic log', () => {
  it('says every estimate of the uniform policy, and its true value, the same every time', async () => {
    const args = ['--log', 'obp-synthetic', '--set', 'data.rounds=2000', '--policy', 'uniform', '--json'];
    const [first, second] = await Promise.all([cli(...args), cli(...args)]);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout).toBe(second.stdout);
    const { estimates, trueValue } = JSON.parse(first.stdout) as OpeResult;
    expect(estimates.map(({ estimator }) => estimator).join()).toBe(
      'dm,ipw,snipw,dr,sndr,switch-dr,dros,sg-dr',
    );
    for (const { value, standardError, low, high } of estimates) {
      expect(low!).toBeLessThan(value);
      expect(value).toBeLessThan(high!);
      expect(standardError).toBeGreaterThan(0);
      expect(Math.abs(value - trueValue!)).toBeLessThan(0.05);
    }
  });
});

describe('a file', () => {
  it('judges a policy in another by all of its rows', async () => {
    const { code, stdout, stderr } = await cli(
      '--log',
      small,
      '--policy',
      onlyA,
      '--estimators',
      'ipw,snipw',
      '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const { estimates, diagnostics, trueValue } = JSON.parse(stdout) as OpeResult;
    expect(estimates.map(({ value }) => value)).toEqual([1, 1]);
    expect(diagnostics).toMatchObject({ rounds: 40, effectiveSampleSize: 20, meanWeight: 1 });
    expect(trueValue).toBeNull();
  });

  it('says in words what the estimates rest on', async () => {
    const { stdout } = await cli('--log', small, '--policy', onlyA, '--estimators', 'ipw');
    expect(stdout).toMatch(/ipw +1\.0000? /);
    expect(stdout).toContain('! Half of the estimate by ipw rests on 10 rows of 40.');
    expect(stdout).toContain('! Effective sample size 20');
  });

  it('is the real log that comes with the studio', async () => {
    const args = ['--log', 'sample:men-random', '--policy', 'uniform', '--estimators', 'ipw,dr', '--json'];
    const { code, stdout } = await cli(...args);
    expect(code).toBe(0);
    const { estimates, loggedValue, diagnostics } = JSON.parse(stdout) as OpeResult;
    // Its logging policy is the uniform one.
    expect(estimates[0]!.value).toBeCloseTo(loggedValue, 12);
    expect(diagnostics).toMatchObject({ rounds: 1000, items: 34 });
    expect(diagnostics.effectiveSampleSize).toBeCloseTo(1000, 6);
  });
});

const with0 = file('zero.csv', [header, '1,a,0.5,1', '2,b,0,1']);
const half = file('half.csv', ['round,item,probability', ...rows(40, (n) => `${n},a,0.5`)]);

it.each([
  [['--policy', 'uniform'], 'ope: expected --log <file>, or --log obp-synthetic'],
  [['--log', with0, '--policy', 'uniform'], 'line 3, column propensity: expected a probability above 0'],
  [['--log', small, '--policy', half], 'expected probabilities that sum to 1, found a sum of 0.5'],
  [['--log', small, '--policy', join(folder.path, 'none.csv')], 'none.csv: no such file'],
  [
    ['--log', small, '--policy', 'uniform', '--estimators', 'magic'],
    '--estimators: expected some of dm, ipw',
  ],
  [['--log', small, '--policy', 'uniform', '--set', 'steps=3'], '--set steps: expected a key of the log'],
  [
    ['--log', small, '--policy', 'uniform', '--lambda', 'ipw=-1'],
    'lambda of ipw: expected a number of at least 0',
  ],
])('%j is refused in one sentence', async (args, message) => {
  const { code, stdout, stderr } = await cli(...args);
  expect([code === 2 || code === 3, stdout]).toEqual([true, '']);
  expect(stderr).toContain(message);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

describe('a run', () => {
  it('of two-tower is judged by the test rounds of its own log', async () => {
    const trained = await command([
      ...[
        'run',
        '--preset',
        'two-tower-smoke',
        '--set',
        'steps=20',
        '--set',
        'data.rounds=500',
        '--json',
        '--data-dir',
        folder.path,
      ],
    ]);
    expect(trained.code).toBe(0);
    const { runs } = JSON.parse(trained.stdout) as { runs: { id: string }[] };
    const { code, stdout, stderr } = await cli(
      '--policy',
      `run:${runs[0]!.id}`,
      '--estimators',
      'ipw,dr',
      '--json',
    );
    expect([code, stderr]).toEqual([0, '']);
    const { estimates, trueValue, policy } = JSON.parse(stdout) as OpeResult;
    expect(policy).toBe(`run ${runs[0]!.id}`);
    for (const { value, standardError } of estimates) {
      expect(Math.abs(value - trueValue!)).toBeLessThan(5 * standardError);
    }
  });

  it('of another problem is refused', async () => {
    const other = tempFolder();
    const store = openStore(join(other.path, STORE_FILE));
    const comparison = newComparison(1);
    const toys = comparison.runs.map(({ spec, steps }) => ({
      spec: { ...spec, problem: 'toy-categorical' },
      steps,
    }));
    const [run] = store.createComparison({ ...comparison, runs: toys }).runs;
    store.close();
    const { code, stderr } = await command(['ope', '--policy', `run:${run!.id}`, '--data-dir', other.path]);
    other.remove();
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /run \S+ is of .+, which learns no policy for logged rounds; name a run of Two-tower recommender/,
    );
  });
});
