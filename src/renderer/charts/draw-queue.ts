/**
 * Charts take turns: in a frame they are drawn until its share of the time is spent, the others come in the next one. Live
 * points may take a bounded part of the page's time, however many charts and lines there are; what a person does is drawn at
 * once. Nothing is drawn while the page is hidden, as there are no frames then.
 */

export interface Drawing {
  draw(): void;
}

/** Time as a page has it, in milliseconds. */
export interface PageClock {
  now(): number;
  /** @returns how to call it off */
  after(milliseconds: number, action: () => void): () => void;
  nextFrame(action: () => void): void;
}

/** Between two drawings of one chart: less than the time between two events with points, which do not come like clockwork. */
export const GAP_MS = 40;
/** Of one frame, for drawing. */
export const FRAME_MS = 12;
/** After live drawing the queue rests for this many times as long as it took; painting what was drawn takes time as well. */
export const REST = 7;
/** How many times as long as the last drawing of a chart the next one counts at most: beyond that the processor was elsewhere. */
const GROWTH = 2;
/** What the last one counts at least: a clock may be too coarse for it. */
const LEAST_MS = 1;

export class DrawQueue {
  /** When each may be drawn: 0 if at once. */
  readonly #due = new Map<Drawing, number>();
  readonly #drawnAt = new WeakMap<Drawing, number>();
  /** How long its last drawing took, without stalls. */
  readonly #took = new WeakMap<Drawing, number>();
  readonly #clock: PageClock;
  #restUntil = -Infinity;
  #callOff: () => void = () => undefined;
  #hasFrame = false;

  constructor(clock: PageClock) {
    this.#clock = clock;
  }

  /** @param urgent what a person did; else live data */
  request(drawing: Drawing, urgent: boolean): void {
    const due = urgent ? 0 : (this.#drawnAt.get(drawing) ?? -Infinity) + GAP_MS;
    this.#due.set(drawing, Math.min(due, this.#due.get(drawing) ?? Infinity));
    this.#plan();
  }

  cancel(drawing: Drawing): void {
    this.#due.delete(drawing);
  }

  #plan(): void {
    if (this.#hasFrame || this.#due.size === 0) return;
    this.#callOff();
    const first = Math.min(...[...this.#due.values()].map((due) => this.#allowed(due)));
    const wait = first - this.#clock.now();
    if (wait > 1) this.#callOff = this.#clock.after(wait, () => this.#takeFrame());
    else this.#takeFrame();
  }

  #allowed(due: number): number {
    return due === 0 ? -Infinity : Math.max(due, this.#restUntil);
  }

  #takeFrame(): void {
    if (this.#hasFrame) return;
    this.#hasFrame = true;
    this.#clock.nextFrame(() => {
      this.#hasFrame = false;
      this.#draw();
    });
  }

  #draw(): void {
    const start = this.#clock.now();
    let now = start;
    let live = 0;
    for (const [drawing, due] of this.#due) {
      if (this.#allowed(due) > start) continue;
      // The first one of a frame has its turn however long it takes.
      if (now > start && now - start + (this.#took.get(drawing) ?? 0) > FRAME_MS) continue;
      this.#due.delete(drawing);
      drawing.draw();
      const end = this.#clock.now();
      const most = GROWTH * Math.max(LEAST_MS, this.#took.get(drawing) ?? Infinity);
      const took = Math.min(end - now, most);
      this.#drawnAt.set(drawing, end);
      this.#took.set(drawing, took);
      if (due !== 0) live += took;
      now = end;
      if (now - start > FRAME_MS) break;
    }
    if (live > 0) this.#restUntil = now + REST * live;
    this.#plan();
  }
}
