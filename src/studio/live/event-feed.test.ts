import { describe, expect, it } from 'vitest';
import type { StudioEvent } from '../../shared/contract/events.ts';
import { EventFeed } from './event-feed.ts';

const publish = (feed: EventFeed, count: number, from = 0) => {
  for (let i = from; i < from + count; i++) feed.publish({ type: 'removed', runs: [String(i)] });
};
const text = (event: StudioEvent) => (event.type === 'removed' ? event.runs[0] : event.type);

async function take(events: AsyncGenerator<StudioEvent>, count: number): Promise<StudioEvent[]> {
  const taken: StudioEvent[] = [];
  while (taken.length < count) {
    const next = await events.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

describe('event feed', () => {
  it('gives each reader everything after its cursor, in order, also what comes later', async () => {
    const feed = new EventFeed();
    publish(feed, 3);
    const start = feed.cursor;
    const fromNow = feed.read(null);
    const late = feed.read(start);
    publish(feed, 2, 3);
    const [first] = await take(late, 1);
    expect(text(first as StudioEvent)).toBe('3');
    expect((await take(feed.read((first as StudioEvent).cursor), 1)).map(text)).toEqual(['4']);
    const waiting = take(late, 2);
    const fresh = take(fromNow, 1);
    // A reader that never asked starts where it first asks.
    await Promise.resolve();
    publish(feed, 1, 5);
    expect((await waiting).map(text)).toEqual(['4', '5']);
    expect((await fresh).map(text)).toEqual(['5']);
  });

  it.each(['', 'x', 'other.3', '%s.99', '%s.-1', '%s.1e3', '%s.'])(
    'from %j begins with resync',
    async (pattern) => {
      const feed = new EventFeed();
      publish(feed, 5);
      const [epoch = ''] = feed.cursor.split('.');
      const events = feed.read(pattern.replace('%s', epoch));
      const [first] = await take(events, 1);
      expect(first).toEqual({ type: 'resync', cursor: feed.cursor });
      publish(feed, 1, 5);
      expect((await take(events, 1)).map(text)).toEqual(['5']);
    },
  );

  it('keeps a bounded tail: a reader that falls out of it is told to read anew', async () => {
    const feed = new EventFeed({ events: 4, points: 100 });
    publish(feed, 1);
    const slow = feed.read(feed.cursor);
    const kept = feed.read(feed.cursor);
    publish(feed, 4, 1);
    expect((await take(kept, 4)).map(text)).toEqual(['1', '2', '3', '4']);
    publish(feed, 1, 5);
    expect((await take(slow, 1)).map(text)).toEqual(['resync']);
    publish(feed, 1, 6);
    expect((await take(slow, 1)).map(text)).toEqual(['6']);
  });

  it('counts points towards the bound', async () => {
    const feed = new EventFeed({ events: 1000, points: 100 });
    const start = feed.cursor;
    const steps = Array.from({ length: 30 }, (_, step) => step);
    const points = () =>
      feed.publish({
        type: 'points',
        runs: [{ id: 'a', madeAt: null, series: [{ name: 'x', steps, values: steps, count: 30 }] }],
      });
    points();
    expect((await take(feed.read(start), 1)).map(text)).toEqual(['points']);
    points();
    expect((await take(feed.read(start), 1)).map(text)).toEqual(['resync']);
  });

  it('ends readers when it closes, or when their signal says so', async () => {
    const feed = new EventFeed();
    const abort = new AbortController();
    const aborted = feed.read(null, abort.signal).next();
    const closed = feed.read(null).next();
    abort.abort();
    expect((await aborted).done).toBe(true);
    feed.close();
    expect((await closed).done).toBe(true);
  });
});
