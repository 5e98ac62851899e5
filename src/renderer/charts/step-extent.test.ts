import { expect, it } from 'vitest';
import { plannedSteps, stepExtent } from './step-extent.ts';

it.each([
  ['running', 1000],
  ['paused', 1000],
  ['queued', 1000],
  ['stopped', 40],
  ['failed', 40],
  ['interrupted', 40],
  ['completed', 40],
] as const)('of a run that is %s it ends at step %d', (state, to) => {
  expect(stepExtent([{ state, step: 40, steps: 1000 }], 0, true)).toEqual({ from: 0, to });
});

it.each([
  [0, 10],
  [9, 10],
  [10, 15],
  [280, 300],
  [300, 400],
  [999, 1000],
  [19_999, 20_000],
])('of a run under way at step %d it ends a little ahead, at %d', (step, to) => {
  const run = { state: 'running', step, steps: 20_000 } as const;
  const extent = stepExtent([run]);
  expect(extent).toEqual({ from: 0, to });
  expect(plannedSteps([run], extent)).toBe(to < 20_000 ? ' of 20\u2009000' : '');
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
  expect(stepExtent([{ state: 'queued', step: 40, steps: 1000 }], 40)).toEqual({ from: 40, to: 50 });
  expect(stepExtent([{ state: 'failed', step: 40, steps: 1000 }], 40)).toEqual({ from: 40, to: 41 });
});
