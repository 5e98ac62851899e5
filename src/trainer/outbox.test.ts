import { describe, expect, it } from 'vitest';
import type { KeptPicture } from '../shared/pictures/kept.ts';
import type { Points } from '../shared/training-session.ts';
import { Outbox } from './outbox.ts';

const progress = { step: 1, steps: 2, seconds: 0, stepsPerSecond: 0, evaluations: 0 };

/** The channel's end, recording: the outbox is what is tested, trainer.test.ts has the real channel. */
function recorder() {
  const sent: (readonly Points[])[] = [];
  const pictures: (readonly KeptPicture[])[] = [];
  return {
    sent,
    pictures,
    channel: {
      send(message: { type: string; points?: readonly Points[]; pictures?: readonly KeptPicture[] }) {
        pictures.push(message.pictures ?? []);
        return sent.push(message.points ?? []);
      },
      drained: () => Promise.resolve(),
    },
  };
}

const picture = (step: number, bytes = 1): KeptPicture => ({
  name: 'menu',
  step,
  content: new Uint8Array(bytes),
});

const plain = (points: readonly Points[]) =>
  points.map(({ series, steps, values }) => [series, [...steps], [...values]]);

describe('outbox', () => {
  it('sends what was added, a column a series, and keeps it until it is acknowledged', () => {
    const { sent, pictures, channel } = recorder();
    const outbox = new Outbox(channel);
    outbox.add(1, { a: 0.1, b: 2 });
    outbox.add(2, { a: Number.NaN });
    outbox.addPictures([picture(2)]);
    outbox.flush(0, progress);
    outbox.add(3, { a: 0.3 });
    outbox.addPictures([picture(3)]);
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
    expect(pictures).toEqual([[picture(2)]]);
    expect(outbox.unacknowledgedPictures()).toEqual([picture(2), picture(3)]);
    outbox.acknowledge(1);
    expect(outbox.unacknowledgedPictures()).toEqual([picture(3)]);
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
      outbox.flushIfDue(i * 40, progress);
    }
    // One in 60 ms at most: every second call of 40 ms.
    expect(sent).toHaveLength(25);
    expect(outbox.congested).toBe(false);
    for (let i = 50; i < 76; i++) {
      outbox.add(i, { a: i });
      outbox.flush(i * 200, progress);
    }
    expect(outbox.congested).toBe(true);
  });

  it('sends pictures without points, and waits for the studio to take many bytes of them', () => {
    const { pictures, channel } = recorder();
    const outbox = new Outbox(channel);
    outbox.addPictures([picture(0, 20 * 2 ** 20)]);
    expect(outbox.empty).toBe(false);
    outbox.flushIfDue(0, progress);
    expect(outbox.congested).toBe(false);
    outbox.addPictures([picture(1, 12 * 2 ** 20)]);
    outbox.flushIfDue(200, progress);
    expect(pictures.map((batch) => batch.map(({ step }) => step))).toEqual([[0], [1]]);
    expect(outbox.congested).toBe(true);
    outbox.acknowledge(1);
    expect(outbox.congested).toBe(false);
    outbox.acknowledge(2);
    expect(outbox.empty).toBe(true);
  });
});
