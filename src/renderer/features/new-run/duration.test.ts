import { expect, it } from 'vitest';
import { runSummary } from '../../../../test/fixtures/run-summaries.ts';
import { estimateDuration } from './duration.ts';

const past = [
  runSummary({ step: 100, seconds: 1 }),
  runSummary({ step: 400, seconds: 2 }),
  runSummary({ step: 900, seconds: 3 }),
  runSummary({ step: 9, seconds: 9, problem: 'another' }),
  runSummary({ step: 0, seconds: 0 }),
];

it('goes by the median speed, in rounds of as many runs as fit', () => {
  const estimate = estimateDuration({ problem: 'menu-auction', runs: 5, steps: 1000 }, past, 4);
  expect(estimate).toEqual({ stepsPerSecond: 200, seconds: 10, from: 3 });
});

it('is nothing without an earlier run', () => {
  expect(estimateDuration({ problem: 'new', runs: 1, steps: 1 }, past, 4)).toBeNull();
});
