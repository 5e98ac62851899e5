import { describe, expect, it } from 'vitest';
import { seriesOf } from '../../../test/fixtures/runs.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import type { Series, StepRange } from '../store/types.ts';
import { CurveBook, WALL } from './curve-book.ts';

/** A store of one growing series a run that counts what is read from it. */
class CountingStore {
  reads = 0;
  points = 0;
  readonly #series = new Map<string, { steps: number[]; values: number[] }>();

  append(run: string, steps: readonly number[], value: number): StudioEvent {
    const series = this.#series.get(run) ?? { steps: [], values: [] };
    this.#series.set(run, series);
    series.steps.push(...steps);
    series.values.push(...steps.map(() => value));
    const points = {
      name: 'loss',
      steps: [...steps],
      values: steps.map(() => value),
      count: series.steps.length,
    };
    return { type: 'points', cursor: '', runs: [{ id: run, madeAt: null, series: [points] }] };
  }

  remove(run: string): StudioEvent {
    this.#series.delete(run);
    return { type: 'removed', cursor: '', runs: [run] };
  }

  readSeries(run: string, _name: string, range: StepRange = { from: 0, to: Infinity }): Series {
    const { steps, values } = this.#series.get(run) ?? { steps: [], values: [] };
    const wanted = steps.flatMap((step, i) => (step >= range.from && step <= range.to ? [i] : []));
    this.reads += 1;
    this.points += wanted.length;
    return seriesOf(
      wanted.map((i) => steps[i]!),
      wanted.map((i) => values[i]!),
    );
  }

  events() {
    return [];
  }
}

const RUNS = Array.from({ length: 50 }, (_, i) => `r${i}`);
const ROUNDS = 200;
const PER_ROUND = 10;

describe('50 runs that send 2 000 points each, in 200 rounds', () => {
  const store = new CountingStore();
  const book = new CurveBook(store);
  for (let round = 0; round < ROUNDS; round++) {
    const steps = Array.from({ length: PER_ROUND }, (_, i) => round * PER_ROUND + i);
    for (const [i, run] of RUNS.entries()) book.take(store.append(run, steps, i));
    // Three pages look after every round.
    for (let page = 0; page < 3; page++) book.moments(RUNS, 'loss');
  }

  it('each point is read once, however often somebody asks', () => {
    expect(store.points).toBe(RUNS.length * ROUNDS * PER_ROUND);
    expect(store.reads).toBe(RUNS.length * ROUNDS);
  });

  it('and all of them count', () => {
    const shared = [...book.moments(RUNS, 'loss').shared()];
    expect(shared).toHaveLength(ROUNDS * PER_ROUND);
    expect(shared.every(({ n, mean }) => n === 50 && Math.abs(mean - 24.5) < 1e-9)).toBe(true);
  });

  it('points of a series that nobody asked for cost nothing', () => {
    const before = store.reads;
    book.take({
      type: 'points',
      cursor: '',
      runs: [{ id: 'r0', madeAt: null, series: [{ name: 'gap', steps: [1], values: [1], count: 1 }] }],
    });
    book.moments(RUNS, 'loss');
    expect(store.reads).toBe(before);
  });
});

it('reads a run anew that was removed and came back', () => {
  const store = new CountingStore();
  const book = new CurveBook(store);
  store.append('a', [0, 1], 1);
  expect([...book.moments(['a'], 'loss').shared()].map(({ mean }) => mean)).toEqual([1, 1]);
  book.take(store.remove('a'));
  store.append('a', [0], 9);
  expect([...book.moments(['a'], 'loss').shared()].map(({ mean }) => mean)).toEqual([9]);
});

it('reads everything anew when it missed events', () => {
  const store = new CountingStore();
  const book = new CurveBook(store);
  store.append('a', [0], 1);
  book.moments(['a'], 'loss');
  store.append('a', [1], 1);
  expect([...book.moments(['a'], 'loss').shared()]).toHaveLength(1);
  book.take({ type: 'resync', cursor: '' });
  expect([...book.moments(['a'], 'loss').shared()]).toHaveLength(2);
});

it('keeps a bounded number of rows, the newest question last', () => {
  const store = new CountingStore();
  const book = new CurveBook(store, 5);
  for (const run of ['a', 'b', 'c']) {
    store.append(run, [0, 1], 1);
    book.moments([run], 'loss');
  }
  expect(store.reads).toBe(3);
  book.moments(['c'], 'loss');
  book.moments(['b'], 'loss');
  expect(store.reads).toBe(3);
  book.moments(['a'], 'loss');
  expect(store.reads).toBe(4);
});

it('wall time is made of the training time', () => {
  const store = new CountingStore();
  const book = new CurveBook(store);
  store.append('a', [10, 20], 1.5);
  expect([...book.moments(['a'], WALL).shared()].map(({ mean }) => mean)).toEqual([1.5, 1.5]);
});
