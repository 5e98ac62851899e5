/** What charts with the same x axis share: the zoomed window, the smoothing and the step under the pointer. */
import type { Span } from './chart-data.ts';

export class ChartGroup {
  #hover = $state<number | null>(null);
  #window = $state.raw<Span | null>(null);
  #smoothing = $state(0);
  readonly #onzoom: (window: Span | null) => void;

  /** @param onzoom told of what people do, e.g. for the address */
  constructor(window: Span | null, onzoom: (window: Span | null) => void, smoothing = 0) {
    this.#window = window;
    this.#onzoom = onzoom;
    this.#smoothing = smoothing;
  }

  /** Step under the pointer in any of the charts; null: none. */
  get hover(): number | null {
    return this.#hover;
  }

  set hover(step: number | null) {
    this.#hover = step;
  }

  /** Null: everything. */
  get window(): Span | null {
    return this.#window;
  }

  zoom(window: Span | null): void {
    this.#window = window;
    this.#onzoom(window);
  }

  /** 0: none, to 1. */
  get smoothing(): number {
    return this.#smoothing;
  }

  set smoothing(smoothing: number) {
    this.#smoothing = smoothing;
  }

  /** Takes over what an address says. */
  follow(window: Span | null, smoothing: number): void {
    if (writeSpan(window) !== writeSpan(this.#window)) this.#window = window;
    this.#smoothing = smoothing;
  }
}

/** `100..250` or `0.5..2.25`, as an address holds it. */
export function parseSpan(text: string | undefined): Span | null {
  const match = /^(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)$/.exec(text ?? '');
  if (match === null) return null;
  const [from, to] = [Number(match[1]), Number(match[2])];
  return from < to ? { from, to } : null;
}

export function writeSpan(span: Span | null): string {
  return span === null ? '' : `${span.from}..${span.to}`;
}
