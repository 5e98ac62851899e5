/** Who trains together is settled when every run of a trainer has come, or has said that it will not. */
import { expect, it } from 'vitest';
import { findEstimator } from '../../src/engine/estimators/registry.ts';
import { canStackHere } from '../../src/engine/kernels/stack/stack.ts';
import { findProblem, parseConfig } from '../../src/engine/problems/registry.ts';
import type { TrainingJob } from '../../src/engine/training/session.ts';
import { Seating, type SeatAndClock } from '../../src/trainer/seating.ts';

const problem = findProblem('toy-bernoulli');
const estimator = findEstimator('disarm');
const job = (seed: number): TrainingJob => ({
  ...{ problem, estimator, config: parseConfig(problem, {}), data: null, settings: {}, seed },
});

/** Seats of `takers` of three runs, the others decline last. */
async function seats(takers: number): Promise<readonly SeatAndClock[]> {
  const seating = new Seating(3);
  let given = 0;
  const taken = Array.from({ length: takers }, async (_, seed) => {
    const seat = await seating.take(job(seed));
    given += 1;
    return seat;
  });
  if (takers < 3) {
    await Promise.resolve();
    expect(given).toBe(0);
  }
  for (let i = takers; i < 3; i++) seating.decline();
  return Promise.all(taken);
}

it.each([
  [3, [false, false, false]],
  [2, [false, false]],
  [1, [true]],
  [0, []],
])('%i of three runs that have read their data train together', async (takers, alone) => {
  const given = await seats(takers);
  // TensorFlow's library stacks nothing: there each trains alone.
  expect(given.map(({ seat }) => seat.alone)).toEqual(canStackHere() ? alone : given.map(() => true));
  expect(given.map(({ seat }) => seat.job.seed)).toEqual([0, 1, 2].slice(0, takers));
  expect(new Set(given.map(({ clock }) => clock)).size, 'one time that they share').toBe(Math.min(1, takers));
});
