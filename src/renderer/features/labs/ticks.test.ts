import { expect, test } from 'vitest';
import { placeOn, ticksOf } from './ticks.ts';

test.each([
  [{ min: 0, max: 1 }, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [{ min: -0.37, max: 1 }, [-0.2, 0, 0.2, 0.4, 0.6, 0.8, 1]],
  [{ min: -12, max: 12 }, [-10, -5, 0, 5, 10]],
  [{ min: 0, max: 0.47 }, [0, 0.1, 0.2, 0.3, 0.4]],
  [{ min: 0.01, max: 100, log: true }, [0.01, 0.1, 1, 10, 100]],
  [{ min: 0.05, max: 10, log: true }, [0.1, 1, 10]],
  [{ min: 2, max: 32, log: true }, [2, 5, 10, 20]],
  [{ min: 0.3, max: 0.9, log: true }, [0.5]],
  [{ min: 1e-9, max: 1, log: true }, [1e-8, 1e-6, 1e-4, 1e-2, 1]],
  [{ min: 3, max: 3 }, [3]],
])('%j has %j', (range, ticks) => {
  const places = ticksOf(range).map(({ at }) => at);
  expect(places).toEqual(ticks.map(placeOn(range)));
});

test('no two read alike, however close they are', () => {
  const labels = ticksOf({ min: 0.024_99, max: 0.025_01 }).map(({ label }) => label);
  expect(labels).toEqual(['0.024990', '0.024995', '0.025000', '0.025005', '0.025010']);
  expect(ticksOf({ min: 1e-6, max: 1, log: true }).map(({ label }) => label)).toEqual([
    ...['1e\u22126', '1e\u22124', '0.01', '1'],
  ]);
});
