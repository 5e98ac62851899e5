import { expect, it } from 'vitest';
import { logLine } from './log-line.ts';

it('calls a line of the trainer by its level', () => {
  expect(logLine({ kind: 'log', message: 'warning: slow\ndisk' })).toEqual({
    kind: 'warning',
    message: 'slow\ndisk',
  });
  for (const line of [
    { kind: 'log', message: 'running late: info: x' },
    { kind: 'state', message: 'error: no' },
  ])
    expect(logLine(line)).toEqual(line);
});
