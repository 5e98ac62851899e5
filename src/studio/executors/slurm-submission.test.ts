import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { needsUnix, where } from '../../../test/support/where.ts';
import type { SlurmChoice } from '../../shared/executor.ts';
import type { Submission } from './executor.ts';
import {
  arrayName,
  batchScript,
  elementWords,
  missingParts,
  partNamed,
  sbatchOptions,
} from './slurm-submission.ts';

const choice: SlurmChoice = { kind: 'slurm', cpus: 2, options: [] };
const submission: Submission<SlurmChoice> = {
  token: 'abcdefghij',
  folder: '/data/s',
  choice,
  tasks: 1,
  jobs: null,
};

/** The path that sbatch makes of the pattern for an element. */
function outputOf(first: number, count: number, element: number): string | undefined {
  const option = sbatchOptions(submission, { first, count }).find((word) => word.startsWith('--output='));
  return option
    ?.slice('--output='.length)
    .replace(/%(\d*)a/, (_, width: string) => `${element}`.padStart(Number(width), '0'));
}

describe('parts', () => {
  it('as many as the cluster allows, at powers of ten', () => {
    const parts = missingParts(2500, 1001, []);
    expect(parts).toEqual([
      { first: 0, count: 1000 },
      { first: 1000, count: 1000 },
      { first: 2000, count: 500 },
    ]);
    expect(missingParts(10_000, 100_000, [])).toEqual([{ first: 0, count: 10_000 }]);
    expect(missingParts(3, 1, [])).toHaveLength(3);
  });

  it.each([
    [24, 10],
    [24, 1],
    [2345, 1001],
    [111, 100],
  ])('of %i tasks at most %i: each task once, and its output in its folder', (tasks, most) => {
    const seen: string[] = [];
    for (const { first, count } of missingParts(tasks, most, [])) {
      for (let element = 0; element < count; element++) {
        seen.push(outputOf(first, count, element) ?? '');
        expect(seen.at(-1)).toBe(`/data/s/tasks/${first + element}/output.txt`);
      }
    }
    expect(seen).toHaveLength(tasks);
  });

  it('what Slurm has is left out, also if it allowed other sizes then', () => {
    const taken = [{ first: 100, count: 100 }];
    const parts = missingParts(2000, 1000, taken);
    const covered = [...taken, ...parts].flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => first + i),
    );
    expect(covered.sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    for (const { first, count } of parts) {
      for (const element of [0, count - 1]) {
        expect(outputOf(first, count, element)).toBe(`/data/s/tasks/${first + element}/output.txt`);
      }
    }
  });

  it('are found again by name', () => {
    const part = { first: 1000, count: 500 };
    expect(arrayName('abcdefghij', part)).toBe('gumbel-abcdefghij-1000-1499');
    expect(partNamed('gumbel-abcdefghij-1000-1499')).toEqual({ token: 'abcdefghij', ...part });
    expect(partNamed('gumbel-abcdefghij-x')).toBeUndefined();
  });
});

describe('sbatch', () => {
  it('is told what is asked, and the options of the user last', () => {
    const asked: SlurmChoice = {
      ...choice,
      partition: 'gpu',
      account: 'maths',
      qos: 'long',
      gres: 'gpu:1',
      memory: '4G',
      time: '2:00:00',
      arrayLimit: 50,
      options: ['--constraint=a b'],
    };
    const options = sbatchOptions({ ...submission, choice: asked }, { first: 0, count: 24 });
    expect(options).toEqual(
      expect.arrayContaining([
        '--array=0-23%50',
        '--requeue',
        '--cpus-per-task=2',
        '--time=2:00:00',
        '--signal=B:TERM@60',
        '--mem=4G',
        '--partition=gpu',
        '--account=maths',
        '--qos=long',
        '--gres=gpu:1',
      ]),
    );
    expect(options.at(-1)).toBe('--constraint=a b');
  });

  it.each([
    ['4', false],
    ['5', true],
    ['4:59', false],
    ['0:04:59', false],
    ['1:00:00', true],
    ['0-0:02', false],
    ['1-0', true],
    ['UNLIMITED', true],
  ])('with the limit %s it warns a minute before: %s', (time, warns) => {
    const options = sbatchOptions({ ...submission, choice: { ...choice, time } }, { first: 0, count: 1 });
    expect(options.includes('--signal=B:TERM@60')).toBe(warns);
  });

  it('a folder whose name Slurm would read otherwise is refused', () => {
    expect(() => sbatchOptions({ ...submission, folder: '/data/100%' }, { first: 0, count: 1 })).toThrow(
      /reads % and \\ in a path as special characters/,
    );
  });

  where(needsUnix).it('the script becomes the task, whatever is in the paths', () => {
    const script = batchScript(
      { ...submission, folder: `/data/it's "here" $HOME` },
      { node: 'printf', main: '%s\\n' },
    );
    const said = execFileSync('sh', ['-c', script, 'slurm.sh', '1000'], {
      env: { PATH: process.env['PATH'], SLURM_ARRAY_TASK_ID: '7' },
      encoding: 'utf8',
    });
    expect(said).toBe(
      `run-one\n/data/it's "here" $HOME/specs/1007.json\n--out\n/data/it's "here" $HOME/tasks/1007\n`,
    );
  });
});

it('elements in few words', () => {
  const jobs = [
    { id: '12', first: 0, count: 1000 },
    { id: '13', first: 1000, count: 500 },
  ];
  expect(elementWords(jobs, [3, 1, 2, 1001, 7])).toEqual(['12_[1-3,7]', '13_[1]']);
  expect(
    elementWords(
      jobs,
      Array.from({ length: 1500 }, (_, i) => i),
    ),
  ).toEqual(['12_[0-999]', '13_[0-499]']);
  const everySecond = Array.from({ length: 500 }, (_, i) => 2 * i);
  expect(elementWords(jobs, everySecond)).toHaveLength(5);
  expect(elementWords(jobs, [])).toEqual([]);
});
