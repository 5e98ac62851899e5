import { describe, expect, it } from 'vitest';
import type { Points } from '../shared/training-session.ts';
import { Outbox } from './outbox.ts';

const progress = { step: 1, steps: 2, seconds: 0, stepsPerSecond: 0, evaluations: 0 };

/** The channel's end, recording: the outbox is what is tested, trainer.test.ts has the real channel. */
function recorder() {
  const sent: (readonly Points[])[] = [];
  return {
    sent,
    channel: {
      send: (message: { type: string; points?: readonly Points[] }) => sent.push(message.points ?? []),
      drained: () => Promise.resolve(),
    },
  };
}

const plain = (points: readonly Points[]) =>
  points.map(({ series, steps, values }) => [series, [...steps], [...values]]);

describe('outbox', () => {
  it('sends what was added, a column a series, and keeps it until it is acknowledged', () => {
    const { sent, channel } = recorder();
    const outbox = new Outbox(channel);
    outbox.add(1, { a: 0.1, b: 2 });
    outbox.add(2, { a: Number.NaN });
    outbox.flush(0, progress);
    outbox.add(3, { a: 0.3 });
    expect(sent.map(plain)).toEqual([
      [
        ['a', [1, 2], [0.1, Number.NaN]],
        ['b', [1], [2]],
      ],
    ]);
    expect(plain(outbox.unacknowledged())).toEqual([
      ['a', [1, 2], [0.1, Number.NaN]],
      ['b', [1], [2]],
      ['a', [3], [0.3]],
    ]);
    outbox.acknowledge(1);
    expect(plain(outbox.unacknowledged())).toEqual([['a', [3], [0.3]]]);
    expect(outbox.last).toEqual({ a: 0.3, b: 2 });
  });

  it('a resumed run: points that were on their way go first, and none goes twice', () => {
    const { sent, channel } = recorder();
    const outbox = new Outbox(channel);
    outbox.addPoints([
      { series: 'a', steps: Float64Array.of(1, 2), values: Float64Array.of(1, 2) },
      { series: 'a', steps: Float64Array.of(4), values: Float64Array.of(4) },
    ]);
    outbox.add(4, { a: 4, b: 5 });
    outbox.flush(0, progress);
    expect(sent.map(plain)).toEqual([
      [
        ['a', [1, 2, 4], [1, 2, 4]],
        ['b', [4], [5]],
      ],
    ]);
  });

  it('waits between batches, and says when the studio lags behind', () => {
    const { sent, channel } = recorder();
    const outbox = new Outbox(channel);
    for (let i = 0; i < 50; i++) {
      outbox.add(i, { a: i });
      outbox.flushIfDue(i * 60, progress);
    }
    // One in 100 ms at most: every second call of 60 ms.
    expect(sent).toHaveLength(25);
    expect(outbox.congested).toBe(false);
    for (let i = 50; i < 76; i++) {
      outbox.add(i, { a: i });
      outbox.flush(i * 200, progress);
    }
    expect(outbox.congested).toBe(true);
  });
});
