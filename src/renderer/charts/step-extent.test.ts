import { expect, it } from 'vitest';
import { stepExtent } from './step-extent.ts';

it.each([
  ['running', 1000],
  ['paused', 1000],
  ['queued', 1000],
  ['stopped', 40],
  ['failed', 40],
  ['interrupted', 40],
  ['completed', 40],
] as const)('of a run that is %s it ends at step %d', (state, to) => {
  expect(stepExtent([{ state, step: 40, steps: 1000 }])).toEqual({ from: 0, to });
});

it('takes in the run that goes furthest, and is never empty', () => {
  expect(
    stepExtent([
      { state: 'stopped', step: 40, steps: 1000 },
      { state: 'completed', step: 300, steps: 300 },
    ]),
  ).toEqual({ from: 0, to: 300 });
  expect(stepExtent([{ state: 'failed', step: 0, steps: 1000 }])).toEqual({ from: 0, to: 1 });
  expect(stepExtent([])).toEqual({ from: 0, to: 1 });
  expect(stepExtent([{ state: 'queued', step: 40, steps: 1000 }], 40)).toEqual({ from: 40, to: 1000 });
  expect(stepExtent([{ state: 'failed', step: 40, steps: 1000 }], 40)).toEqual({ from: 40, to: 41 });
});
