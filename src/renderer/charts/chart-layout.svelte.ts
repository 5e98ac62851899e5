/** Order and heights of the charts of one kind of page, as a person arranged them; remembered in this browser. */

import {
  arranged,
  LEAST_HEIGHT,
  MOST_HEIGHT,
  parseLayout,
  UNTOUCHED,
  type StoredLayout,
} from './stored-layout.ts';

export class ChartLayout {
  #stored = $state.raw<StoredLayout>(UNTOUCHED);
  readonly #key: string;

  /** @param name of the kind of page: all pages with this name look alike */
  constructor(name: string) {
    this.#key = `gumbel-studio.charts.${name}`;
    this.#stored = parseLayout(window.localStorage.getItem(this.#key));
  }

  get touched(): boolean {
    return this.#stored.order.length > 0 || Object.keys(this.#stored.heights).length > 0;
  }

  arrange(ids: readonly string[]): readonly string[] {
    return arranged(ids, this.#stored.order);
  }

  /** @param to place among `ids` as they are arranged */
  move(ids: readonly string[], id: string, to: number): void {
    const order = this.arrange(ids).filter((other) => other !== id);
    order.splice(Math.max(0, Math.min(order.length, to)), 0, id);
    this.#keep({ ...this.#stored, order });
  }

  height(id: string): number | undefined {
    return this.#stored.heights[id];
  }

  resize(id: string, pixels: number): void {
    const height = Math.round(Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, pixels)));
    this.#keep({ ...this.#stored, heights: { ...this.#stored.heights, [id]: height } });
  }

  reset(): void {
    this.#keep(UNTOUCHED);
  }

  #keep(stored: StoredLayout): void {
    this.#stored = stored;
    if (this.touched) window.localStorage.setItem(this.#key, JSON.stringify(stored));
    else window.localStorage.removeItem(this.#key);
  }
}
