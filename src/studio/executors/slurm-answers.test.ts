/** Lines that Slurm 22.05.8 printed (squeue of a cluster without accounting, sacct as its manual has it), and lines that it did not. */
import { describe, expect, it } from 'vitest';
import { readJobId, readMaxArraySize, readSacct, readSqueue } from './slurm-answers.ts';
import { taskStateOf } from './slurm-states.ts';

const squeue = `1|4|PENDING|0|JobArrayTaskLimit||gumbel-abcdefghij-0-9|
1|0|RUNNING|0|None|n1|gumbel-abcdefghij-0-9|
40|0|COMPLETING|0|None|n1|gumbel-abcdefghij-10-12|
40|1|TIMEOUT|0|TimeLimit|n1|gumbel-abcdefghij-10-12|
47|N/A|FAILED|9|JobLaunchFailure|n1|killed|
48|0|FAILED|768|NonZeroExitCode|n1|gumbel-abcdefghij-20-20|
49|N/A|CANCELLED|0|Resources||gumbel-abcdefghij-30-39|
`;

describe('squeue', () => {
  it('elements of our arrays, with state, exit code and node', () => {
    const words = readSqueue(squeue, 'gumbel-');
    expect(words.map((word) => [word.job, word.element, taskStateOf(word)])).toEqual([
      ['1', 4, { state: 'waiting', reason: 'PENDING (JobArrayTaskLimit)' }],
      ['1', 0, { state: 'running', reason: '', host: 'n1' }],
      ['40', 0, { state: 'running', reason: 'COMPLETING', host: 'n1' }],
      ['40', 1, { state: 'over', reason: 'TIMEOUT', host: 'n1', ended: 'interrupted' }],
      ['48', 0, { state: 'over', reason: 'FAILED (exit code 3)', host: 'n1', ended: 'failed' }],
      ['49', undefined, { state: 'over', reason: 'CANCELLED', ended: 'stopped' }],
    ]);
  });

  it("a stranger's job may be called anything that is one line", () => {
    expect(readSqueue('7|N/A|RUNNING|0|None|n[1-3]|a | "b" \\ Ünï|c|\n', 'gumbel-')).toEqual([]);
  });

  it.each([
    ['<html>502 Bad Gateway</html>'],
    ['1|0|RUNNING|0|None|n1'],
    ['\u0000\u0000|0|RUNNING|0|None|n1|gumbel-abcdefghij-0-9|'],
    ['squeue: error: something'],
  ])('what is no line of it is said: %j', (line) => {
    expect(() => readSqueue(`${squeue}${line}\n`, 'gumbel-')).toThrow(
      `squeue gave an unexpected answer: ${JSON.stringify(line)}`,
    );
  });

  it('a long line is cut', () => {
    expect(() => readSqueue('x'.repeat(1e6), 'gumbel-')).toThrow(/^.{200,300}$/);
  });
});

describe('sacct', () => {
  it('elements, and what never began as one', () => {
    const words = readSacct(`12_0|COMPLETED|0:0|n1|gumbel-abcdefghij-0-9
12_1|OUT_OF_MEMORY|0:125|n2|gumbel-abcdefghij-0-9
12_2|CANCELLED by 1000|0:0|None assigned|gumbel-abcdefghij-0-9
12_3|FAILED|3:0|n1|gumbel-abcdefghij-0-9
12_4|NODE_FAIL|1:0|n3|gumbel-abcdefghij-0-9
12_5|PREEMPTED|0:0|n3|gumbel-abcdefghij-0-9
12_[6-9%4]|PENDING|0:0|None assigned|gumbel-abcdefghij-0-9
`);
    expect(words.map((word) => [word.element, taskStateOf(word)])).toEqual([
      [0, { state: 'over', reason: '', host: 'n1', ended: 'completed' }],
      [1, { state: 'over', reason: 'OUT_OF_MEMORY', host: 'n2', ended: 'failed' }],
      [2, { state: 'over', reason: 'CANCELLED (by user 1000)', ended: 'stopped' }],
      [3, { state: 'over', reason: 'FAILED (exit code 3)', host: 'n1', ended: 'failed' }],
      [4, { state: 'over', reason: 'NODE_FAIL', host: 'n3', ended: 'interrupted' }],
      [5, { state: 'over', reason: 'PREEMPTED', host: 'n3', ended: 'interrupted' }],
      [undefined, { state: 'waiting', reason: 'PENDING' }],
    ]);
  });

  it('what is no line of it is said', () => {
    expect(() => readSacct('garbage\n')).toThrow('sacct gave an unexpected answer: "garbage"');
  });
});

describe('states', () => {
  const word = { reason: 'None', exit: { code: 0, signal: 0 }, nodes: '' };

  it('a task that is requeued is not over', () => {
    for (const state of ['REQUEUED', 'REQUEUE_HOLD', 'SPECIAL_EXIT', 'CONFIGURING']) {
      expect(taskStateOf({ ...word, state })).toEqual({ state: 'waiting', reason: state });
    }
  });

  it('a task that says that it was interrupted did not fail', () => {
    expect(taskStateOf({ ...word, state: 'FAILED', exit: { code: 130, signal: 0 } })).toEqual({
      state: 'over',
      reason: 'FAILED (exit code 130)',
      ended: 'interrupted',
    });
  });

  it('a state of a later Slurm is no end', () => {
    expect(taskStateOf({ ...word, state: 'EXPEDITING' })).toEqual({ state: 'running', reason: 'EXPEDITING' });
  });
});

it('scontrol and sbatch: the one number', () => {
  expect(
    readMaxArraySize('MailProg = /bin/mail\nMaxArraySize            = 1001\nMaxBatchRequeue = 5\n'),
  ).toBe(1001);
  expect(() => readMaxArraySize('MaxArraySize = 0\n')).toThrow(/allows no job arrays/);
  expect(() => readMaxArraySize('Configuration data\n')).toThrow(
    'scontrol show config gave an unexpected answer',
  );
  expect(readJobId('4711\n')).toBe('4711');
  expect(readJobId('Welcome to the cluster\n4711;alps\n')).toBe('4711');
  expect(() => readJobId('Submitted batch job 4711\n')).toThrow(/unexpected answer/);
});
