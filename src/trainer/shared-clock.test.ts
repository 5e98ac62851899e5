import { expect, it } from 'vitest';
import { TrainingClock } from '../engine/training/training-clock.ts';
import { SharedClock } from './shared-clock.ts';

it('gives each run its part of every moment, whoever leaves or comes back meanwhile', () => {
  let now = 1000;
  const clock = new SharedClock(4, () => now);
  const after = (ms: number) => {
    now += ms;
    return clock.own();
  };
  expect(after(400)).toBe(100);
  clock.leave();
  clock.leave();
  expect(after(400)).toBe(300);
  clock.enter();
  expect(after(300)).toBe(400);
  for (let i = 0; i < 3; i++) clock.leave();
  expect(after(1000), 'nobody trains').toBe(400);
});

it('is told apart by the training time from what is the others’, without pauses of the run itself', () => {
  let now = 0;
  const shared = new SharedClock(3, () => now);
  const host = { now: () => now, ownNow: () => shared.own() };
  const clock = new TrainingClock(host);
  const loop = { seconds: 5, othersSeconds: 1 };
  const train = (ms: number) => {
    now += ms;
    clock.tick(loop);
  };
  train(3000);
  expect(loop).toEqual({ seconds: 8, othersSeconds: 3 });
  now += 60_000;
  clock.leaveOut();
  expect(loop, 'a pause').toEqual({ seconds: 8, othersSeconds: 3 });
  shared.leave();
  shared.leave();
  train(4000);
  expect(loop, 'the others have ended').toEqual({ seconds: 12, othersSeconds: 3 });
});

it('of a run that is alone finds nothing of others', () => {
  let now = 0;
  const clock = new TrainingClock({ now: () => now });
  const loop = { seconds: 0, othersSeconds: 0 };
  now = 1500;
  clock.tick(loop);
  expect(loop).toEqual({ seconds: 1.5, othersSeconds: 0 });
});
