import { expect, it } from 'vitest';
import { runRecord } from '../../test/fixtures/runs.ts';
import { trainingSpeed } from './run.ts';

const resumed = { ...runRecord, step: 302, seconds: 4, stepsPerSecond: 1.056, metrics: {} };

it.each([
  ['completed', {}, 75.5],
  ['interrupted', {}, 75.5],
  ['paused', {}, 75.5],
  // What its trainer last said.
  ['running', {}, 1.056],
  // Early stopping left out 202 of the 302 steps that the record counts.
  ['completed', { skippedSteps: 202 }, 25],
] as const)('a %s run with %o has one speed', (state, metrics, speed) =>
  expect(trainingSpeed({ ...resumed, state, metrics })).toBe(speed),
);

it.each([
  ['without any training', { step: 0, seconds: 0 }],
  ['of seconds that are next to none', { seconds: 5e-324 }],
  ['of steps beyond the doubles', { seconds: 0.5, metrics: { skippedSteps: -1e308 } }],
])('%s there is no speed', (_, said) =>
  expect(trainingSpeed({ ...resumed, state: 'failed', ...said })).toBe(0),
);
