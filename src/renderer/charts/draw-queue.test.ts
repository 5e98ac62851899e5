import { describe, expect, it } from 'vitest';
import { DrawQueue, FRAME_MS, GAP_MS, REST, type Drawing } from './draw-queue.ts';

const FRAME_EVERY = 16;

/** A page with a frame every 16 ms, moved on by hand. */
class FakePage {
  now = 0;
  #waiting: { at: number; action: () => void }[] = [];
  readonly queue = new DrawQueue({
    now: () => this.now,
    after: (milliseconds, action) => this.#add(this.now + milliseconds, action),
    nextFrame: (action) => void this.#add((Math.floor(this.now / FRAME_EVERY) + 1) * FRAME_EVERY, action),
  });

  #add(at: number, action: () => void): () => void {
    const entry = { at, action };
    this.#waiting.push(entry);
    return () => (this.#waiting = this.#waiting.filter((other) => other !== entry));
  }

  run(until: number): void {
    for (;;) {
      const next = this.#waiting.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.now = Math.max(this.now, next.at);
      next.action();
    }
    this.now = Math.max(this.now, until);
  }

  /** A chart that takes some milliseconds to draw, as many as it says by now. */
  chart(milliseconds: number): Drawing & { readonly times: number[]; milliseconds: number } {
    const times: number[] = [];
    const chart = {
      times,
      milliseconds,
      draw: () => {
        times.push(this.now);
        this.now += chart.milliseconds;
      },
    };
    return chart;
  }
}

describe('the draw queue', () => {
  it('draws once for many requests, in the next frame', () => {
    const page = new FakePage();
    const chart = page.chart(1);
    for (let i = 0; i < 50; i++) page.queue.request(chart, false);
    expect(chart.times).toEqual([]);
    page.run(100);
    expect(chart.times).toEqual([FRAME_EVERY]);
  });

  it('keeps a gap between live drawings of one chart, and draws the last state', () => {
    const page = new FakePage();
    const chart = page.chart(1);
    for (let t = 0; t < 1000; t += 5) {
      page.queue.request(chart, false);
      page.run(t);
    }
    page.run(2000);
    const gaps = chart.times.slice(1).map((time, i) => time - chart.times[i]!);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(GAP_MS);
    expect(chart.times.at(-1)).toBeGreaterThanOrEqual(990);
  });

  it('draws what a person did without the gap', () => {
    const page = new FakePage();
    const chart = page.chart(1);
    page.queue.request(chart, false);
    page.run(20);
    page.queue.request(chart, true);
    page.run(40);
    expect(chart.times).toHaveLength(2);
  });

  it('spreads heavy charts over frames, and takes a bounded share of the time', () => {
    const page = new FakePage();
    const charts = Array.from({ length: 20 }, () => page.chart(10));
    for (let t = 0; t < 10_000; t += 50) {
      for (const chart of charts) page.queue.request(chart, false);
      page.run(t);
    }
    const all = charts.flatMap(({ times }) => times).sort((a, b) => a - b);
    expect((10 * all.length) / page.now).toBeLessThan(1.1 / (1 + REST));
    // No frame holds more than fits into its time, as soon as it is known how long each takes.
    const most = Math.floor(FRAME_MS / 10);
    for (const [i, time] of all.entries()) {
      if (i < charts.length) continue;
      expect(all.slice(i).filter((other) => other - time < FRAME_EVERY).length).toBeLessThanOrEqual(most);
    }
    // Everybody gets a turn.
    expect(Math.min(...charts.map(({ times }) => times.length))).toBeGreaterThan(3);
  });

  it('does not rest for the time in which the processor was elsewhere', () => {
    const page = new FakePage();
    const chart = page.chart(1);
    const draw = () => {
      page.queue.request(chart, false);
      page.run(page.now + 100);
    };
    draw();
    chart.milliseconds = 600;
    draw();
    chart.milliseconds = 1;
    const stalled = page.now;
    draw();
    expect(chart.times).toHaveLength(3);
    expect(chart.times[2]! - stalled).toBeLessThanOrEqual(GAP_MS + FRAME_EVERY);
  });

  it('learns within a few drawings that a chart has become heavy', () => {
    const page = new FakePage();
    const chart = page.chart(0);
    for (let t = 0; t < 20_000; t += 50) {
      if (t === 1000) chart.milliseconds = 40;
      page.queue.request(chart, false);
      page.run(t);
    }
    const late = chart.times.filter((time) => time > 10_000);
    expect((40 * late.length) / (page.now - 10_000)).toBeLessThan(1.1 / (1 + REST));
  });

  it('forgets what was cancelled', () => {
    const page = new FakePage();
    const chart = page.chart(1);
    page.queue.request(chart, false);
    page.queue.cancel(chart);
    page.run(100);
    expect(chart.times).toEqual([]);
  });
});
