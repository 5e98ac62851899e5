import { expect, test } from 'vitest';
import { ticksOf } from './ticks.ts';

test.each([
  [{ min: 0, max: 1 }, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [{ min: -0.37, max: 1 }, [0, 0.5, 1]],
  [{ min: -12, max: 12 }, [-10, -5, 0, 5, 10]],
  [{ min: 0, max: 0.47 }, [0, 0.1, 0.2, 0.3, 0.4]],
  [{ min: 0.01, max: 100, log: true }, [0.01, 0.1, 1, 10, 100]],
  [{ min: 0.05, max: 10, log: true }, [0.1, 1, 10]],
  [{ min: 2, max: 32, log: true }, [2, 5, 10, 20]],
  [{ min: 0.3, max: 0.9, log: true }, [0.5]],
  [{ min: 1e-9, max: 1, log: true }, [1e-8, 1e-6, 1e-4, 1e-2, 1]],
  [{ min: 3, max: 3 }, [3]],
])('%j has %j', (range, ticks) => {
  expect(ticksOf(range)).toEqual(ticks);
});
