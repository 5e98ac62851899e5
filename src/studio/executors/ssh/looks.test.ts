/** How tasks stand by the word of a host, and what is no such word. */
import { expect, it } from 'vitest';
import { dealOut } from './deal.ts';
import { readLooks, taskStateOf } from './looks.ts';

const asked = [{ tasks: [0, 3] }, { tasks: [1] }, { tasks: [] }];

it('lines of a host tell of each submission and task', () => {
  const text = 'folder + 4000\n0 waiting 0 0\n3 over 120 137\nfolder ? 0\nfolder - 12\nend\n';
  expect(readLooks('a', text, asked)).toEqual([
    {
      worker: 'alive',
      isFull: false,
      tasks: [
        { task: 0, state: 'waiting', bytes: 0, code: '0' },
        { task: 3, state: 'over', bytes: 120, code: '137' },
      ],
    },
    { worker: 'no folder', isFull: false, tasks: [] },
    { worker: 'dead', isFull: true, tasks: [] },
  ]);
});

it.each([
  '',
  'folder +\n0 waiting 0 0\n3 over 120 137\nfolder ?\nfolder -\nend\n',
  'folder + 9\n0 waiting 0 0\n',
  'welcome\nfolder + 9\n0 waiting 0 0\n3 over 120 137\nfolder ? 0\nfolder - 9\nend\n',
  'folder + 9\n0 waiting 0 0\n2 over 120 137\nfolder ? 0\nfolder - 9\nend\n',
  'folder + 9\n0 asleep 0 0\n3 over 120 137\nfolder ? 0\nfolder - 9\nend\n',
  'folder + 9\n0 waiting 0 0\n3 over 120 137\nfolder ? 0\nfolder - 9\nmore\nend\n',
])('%j is no answer', (text) => {
  expect(() => readLooks('a', text, asked)).toThrow(
    'a: its shell sent something other than the state of its tasks',
  );
});

it.each([
  ['0', { ended: 'completed', reason: '' }],
  ['1', { ended: 'failed', reason: 'exit code 1' }],
  ['130', { ended: 'interrupted', reason: 'exit code 130' }],
  ['137', { ended: 'interrupted', reason: 'ended by signal 9' }],
  ['cancelled', { ended: 'stopped', reason: 'cancelled before it began' }],
])('exit code %s', (code, end) => {
  expect(taskStateOf('a', 'over', { code, isFull: true })).toEqual({ state: 'over', host: 'a', ...end });
});

it('a disk that is full is said of what runs there; a df that speaks otherwise says nothing', () => {
  const [look] = readLooks('a', 'folder + Mounted\n0 running 5 0\n3 waiting 0 0\nend\n', [{ tasks: [0, 3] }]);
  expect(look?.isFull).toBe(false);
  expect(taskStateOf('a', 'running', { code: '0', isFull: true }).reason).toMatch(
    /^the disk of a is full; free/,
  );
  expect(taskStateOf('a', 'running', { code: '0', isFull: false }).reason).toBe('');
});

it('tasks are dealt in proportion, and on as many hosts as there are tasks', () => {
  const hosts = [
    { host: 'a', atOnce: 1 },
    { host: 'b', atOnce: 3 },
  ];
  expect(dealOut(8, hosts)).toMatchObject([{ tasks: [0, 4] }, { tasks: [1, 2, 3, 5, 6, 7] }]);
  expect(dealOut(2, hosts)).toMatchObject([{ tasks: [0] }, { tasks: [1] }]);
  expect(dealOut(1, hosts)).toHaveLength(1);
});
