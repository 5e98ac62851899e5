/** Bad input: one clear sentence, an exit code, and nothing stored. */
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { startCli, tempFolder } from '../support/cli.ts';
import { cli } from '../support/command-host/command-host.ts';

const folder = tempFolder();
let folders = 0;
/** Tests run side by side, and one studio owns a data folder. */
const newDataDir = () => join(folder.path, `data-${(folders += 1)}`);
afterAll(() => folder.remove());

const SHORT = ['--set', 'steps=10', '--backend', 'wasm'];

/** `run` with these options ends so, says one sentence, and stores nothing. */
async function refused(args: readonly string[], code: number, message: RegExp): Promise<string> {
  const dataDir = newDataDir();
  const backend = args.includes('--backend') ? [] : SHORT;
  const result = await cli(['run', ...args, ...backend, '--data-dir', dataDir]);
  expect(result.stderr).toMatch(message);
  expect(result.stderr.trim().split('\n')).toHaveLength(1);
  expect(result.code).toBe(code);
  expect(result.stdout).toBe('');
  const list = await cli(['list', '--json', '--data-dir', dataDir]);
  if (list.code === 0) expect(JSON.parse(list.stdout)).toEqual({ runs: [], damaged: [], total: 0 });
  return result.stderr;
}

describe.concurrent('wrong options and configs', () => {
  it.each([
    [
      'an unknown estimator, with the nearest',
      ['--estimator', 'st-gumbel-sofmax'],
      3,
      /did you mean "st-gumbel-softmax"/,
    ],
    ['an unknown problem', ['--problem', 'menu-aution'], 3, /did you mean "menu-auction"/],
    ['an unknown preset', ['--preset', 'smok'], 3, /did you mean "smoke"/],
    ['an unknown config key', ['--set', 'optoins=4'], 2, /optoins/],
    ['NaN', ['--set', 'learningRate=NaN'], 2, /learningRate/],
    ['a negative number of options', ['--set', 'options=-3'], 2, /options/],
    ['no options', ['--set', 'options=0'], 2, /options/],
    ['1e9 options', ['--set', 'options=1000000000'], 2, /needs about .* of memory/],
    ['a repeated seed', ['--seeds', '1,1'], 2, /seeds: 1 is given twice/],
    [
      'bad estimator settings',
      ['--estimator', 'reinforce', '--set', 'estimators.reinforce.samples=0'],
      2,
      /estimators\.reinforce\.samples/,
    ],
    [
      'an estimator for another kind of choice, with those that fit',
      ['--problem', 'menu-auction', '--estimator', 'reparam'],
      2,
      /reparam takes continuous choices, but this choice is categorical; choose among .*softmax/,
    ],
    [
      'settings of an absent estimator',
      ['--estimator', 'softmax', '--set', 'estimators.reinforce.samples=2'],
      2,
      /estimators\.reinforce/,
    ],
    ['a backend that is not there', ['--backend', 'tensorflow-gpu'], 2, /tensorflow-gpu is not usable here/],
    [
      'a path that is not there',
      ['--set', 'valuations.kind=cats', '--set', 'valuations.path=/nowhere.txt'],
      3,
      /nowhere\.txt/,
    ],
  ] as [string, string[], number, RegExp][])('%s', async (_name, args, code, message) => {
    await refused(args, code, message);
  });
});

const cats = (body: string) => `goods 3\nbids 2\ndummy 1\n\n${body}`;
const files: [string, string | Buffer, RegExp][] = [
  ['wrong counts', cats('0\t5\t0\t1\t#\n'), /bids/],
  ['repeated bid ids', cats('0\t5\t0\t#\n0\t6\t1\t#\n'), /bid 0|repeated|twice/],
  ['goods out of range', cats('0\t5\t0\t#\n1\t6\t9\t#\n'), /9/],
  ['missing #', cats('0\t5\t0\n1\t6\t1\t#\n'), /#/],
  ['multi-unit', `goods 2\nmaximums 1 2\n${cats('0\t5\t0\t#\n')}`, /multi-unit/i],
  ['empty', '', /empty|goods/],
  ['binary', Buffer.from([0, 1, 2, 255, 254, 0, 7]), /binary|text/],
];

describe.concurrent('CATS files', () => {
  it.each(files)('%s', async (name, content, message) => {
    const path = join(folder.path, `${name.replaceAll(/\W/g, '-')}.txt`);
    writeFileSync(path, content);
    const stderr = await refused(
      ['--set', 'valuations.kind=cats', '--set', `valuations.path=${path}`],
      2,
      message,
    );
    expect(stderr).toContain(path);
  });

  it('100 MB', async () => {
    const path = join(folder.path, 'huge.txt');
    writeFileSync(path, 'goods 3');
    truncateSync(path, 100e6);
    await refused(
      ['--set', 'valuations.kind=cats', '--set', `valuations.path=${path}`],
      2,
      /huge\.txt.*limit is 64 MiB/,
    );
  });

  it('an empty folder', async () => {
    const path = join(folder.path, 'nothing');
    mkdirSync(path);
    await refused(
      ['--set', 'valuations.kind=cats', '--set', `valuations.path=${path}`],
      2,
      /no files to read/,
    );
  });
});

describe('run files and data folders', () => {
  it('an import of garbage is refused and changes nothing', async () => {
    const path = join(folder.path, 'garbage.gsrun');
    writeFileSync(path, 'not a run file');
    const result = await startCli(['import', path, '--data-dir', newDataDir()]).result;
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('garbage.gsrun');
  });

  it('a folder without runs says how to start some', async () => {
    const empty = join(folder.path, 'empty');
    const result = await startCli(['list', '--data-dir', empty]).result;
    expect([result.code, existsSync(empty)]).toEqual([3, false]);
    expect(result.stderr).toMatch(/holds no runs yet/);
  });

  it('--json puts the error on stdout as one document', async () => {
    const result = await startCli(['run', '--estimator', 'x', '--json', '--data-dir', newDataDir()]).result;
    expect(JSON.parse(result.stdout)).toMatchObject({ error: { kind: 'not-found', path: 'estimators' } });
  });
});
