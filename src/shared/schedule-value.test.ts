import { describe, expect, it } from 'vitest';
import { scheduleSchema, temperatureSchema, type Schedule, type TemperatureSchedule } from './schedule.ts';
import { cools, scheduleValue } from './schedule-value.ts';

const over = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, step) => scheduleValue(schedule, step, steps));

describe('schedules', () => {
  it('a number is constant', () => {
    expect(over(0.3, 4)).toEqual([0.3, 0.3, 0.3, 0.3]);
  });

  it.each(['linear', 'exponential', 'cosine'] as const)(
    '%s starts at `from`, ends at `to`, and never turns',
    (kind) => {
      const values = over({ kind, from: 1, to: 0.01, until: 1 }, 101);
      expect(values[0]).toBe(1);
      expect(values.at(-1)).toBeCloseTo(0.01, 12);
      expect(values.every((value, i) => i === 0 || value < (values[i - 1] ?? 0))).toBe(true);
    },
  );

  it('halfway: arithmetic mean, geometric mean, mean of the ends', () => {
    const half = (kind: 'linear' | 'exponential' | 'cosine') =>
      scheduleValue({ kind, from: 4, to: 1, until: 1 }, 50, 101);
    expect(half('linear')).toBeCloseTo(2.5, 12);
    expect(half('exponential')).toBeCloseTo(2, 12);
    expect(half('cosine')).toBeCloseTo(2.5, 12);
  });

  it('`until` reaches `to` early and stays', () => {
    const values = over({ kind: 'linear', from: 1, to: 0.5, until: 0.5 }, 100);
    expect(values[49]).toBe(0.5);
    expect(values.slice(49).every((value) => value === 0.5)).toBe(true);
  });

  it('stepwise multiplies every so many steps, down or up to its bound', () => {
    const down = over({ kind: 'stepwise', from: 1, factor: 0.5, every: 2, to: 0.2 }, 8);
    expect(down).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2]);
    const up = over({ kind: 'stepwise', from: 1, factor: 2, every: 3, to: 3 }, 9);
    expect(up).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  });

  it("stepwise is BundleFlow's inverse temperature: from 0.001, times 1.05 every 200 steps, 0.2 at most", () => {
    const schedule: Schedule = {
      kind: 'stepwise',
      from: 1 / 0.001,
      factor: 1 / 1.05,
      every: 200,
      to: 1 / 0.2,
    };
    expect(scheduleSchema.parse(schedule)).toEqual(schedule);
    let lambda = 0.001;
    for (let block = 0; block <= 150; block++) {
      for (const step of [200 * block, 200 * block + 199]) {
        // Absolute steps: the length of the training has no part in it.
        expect(1 / scheduleValue(schedule, step, 30_000)).toBeCloseTo(lambda, 12);
        expect(scheduleValue(schedule, step, 30_200)).toBe(scheduleValue(schedule, step, 60_000));
      }
      lambda = Math.min(lambda * 1.05, 0.2);
    }
    expect(lambda).toBe(0.2);
  });

  it('one step is enough', () => {
    expect(over({ kind: 'exponential', from: 1, to: 0.1, until: 1 }, 1)).toEqual([1]);
  });

  it('adaptive cools by its factor, never below its bound, and the steps have no part in it', () => {
    const schedule = temperatureSchema.parse({ kind: 'adaptive', from: 1, to: 0.3, factor: 0.5 });
    expect([0, 1, 2, 3].map((coolings) => scheduleValue(schedule, 7, 10, coolings))).toEqual([
      1, 0.5, 0.3, 0.3,
    ]);
    const upside: TemperatureSchedule = { kind: 'adaptive', from: 0.2, to: 0.3, factor: 0.5, tolerance: 0.1 };
    expect([0, 1].map((coolings) => scheduleValue(upside, 0, 10, coolings))).toEqual([0.2, 0.2]);
  });

  it.each([
    [1.04, 1, false],
    [1.06, 1, true],
    [0.94, 1, true],
    [-1.04, -1, false],
    [-0.9, -1, true],
    [0.5, 0, true],
    [0, 0, false],
  ])('adaptive at a training value of %f and a hard value of %f: cools %s', (relaxed, hard, expected) => {
    const schedule = temperatureSchema.parse({ kind: 'adaptive', from: 1, to: 0.1, tolerance: 0.05 });
    expect(cools(schedule, relaxed, hard)).toBe(expected);
    expect(cools(0.3, relaxed, hard)).toBe(false);
    expect(cools({ kind: 'linear', from: 1, to: 0.1, until: 1 }, relaxed, hard)).toBe(false);
  });

  it('only a temperature can follow the training', () => {
    const adaptive = { kind: 'adaptive', from: 1, to: 0.1 };
    expect(temperatureSchema.parse(adaptive)).toEqual({ ...adaptive, factor: 0.8, tolerance: 0.05 });
    expect(scheduleSchema.safeParse(adaptive).success).toBe(false);
    expect(temperatureSchema.safeParse({ ...adaptive, factor: 1 }).success).toBe(false);
    expect(temperatureSchema.safeParse({ ...adaptive, tolerance: -0.1 }).success).toBe(false);
  });

  it.each([
    0,
    -1,
    Number.NaN,
    Infinity,
    { kind: 'linear', from: 0, to: 1 },
    { kind: 'linear', from: 1, to: 1, x: 2 },
  ])('the schema refuses %j', (bad) => {
    expect(scheduleSchema.safeParse(bad).success).toBe(false);
  });
});
