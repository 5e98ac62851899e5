/** What charts with the same x axis share: the zoomed window and the step under the pointer. */
import type { Span } from './chart-data.ts';

export class ChartGroup {
  #hover = $state<number | null>(null);
  #window = $state.raw<Span | null>(null);
  readonly #onzoom: (window: Span | null) => void;

  constructor(window: Span | null, onzoom: (window: Span | null) => void) {
    this.#window = window;
    this.#onzoom = onzoom;
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
