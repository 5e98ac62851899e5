import { expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import type { RunEvent } from '../store/types.ts';
import { wallTime } from './wall-time.ts';

function state(at: number, step: number, message: string): RunEvent {
  return { at, kind: 'state', step, message };
}

const seconds = seriesOf([0, 10, 20, 30], [0, 1, 2, 3]);

it('is the training time of a run that never stood still', () => {
  expect([...wallTime(seconds, [state(0, 0, 'running'), state(3000, 30, 'completed')]).values]).toEqual([
    0, 1, 2, 3,
  ]);
});

it('has the pauses and interruptions that came before a point', () => {
  const events = [
    state(0, 0, 'running'),
    state(1000, 10, 'paused: by a person'),
    { at: 1500, kind: 'log' as const, step: 10, message: 'running late' },
    state(6000, 10, 'running'),
    state(7000, 20, 'interrupted: the studio ended'),
    state(7500, 20, 'stopped'),
    state(107_000, 20, 'running'),
    state(108_000, 30, 'completed'),
  ];
  expect([...wallTime(seconds, events).values]).toEqual([0, 1, 7, 108]);
});

it('a clock that was set back makes no negative time', () => {
  const events = [state(5000, 0, 'running'), state(6000, 10, 'paused'), state(2000, 10, 'running')];
  expect([...wallTime(seconds, events).values]).toEqual([0, 1, 2, 3]);
});
