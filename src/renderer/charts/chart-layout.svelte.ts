/** Order and heights of the charts of one kind of page, as a person arranged them; remembered in this browser. */

import { asJson, Persisted } from '../page/persisted.svelte.ts';
import {
  arranged,
  LEAST_HEIGHT,
  MOST_HEIGHT,
  parseLayout,
  UNTOUCHED,
  type StoredLayout,
} from './stored-layout.ts';

export class ChartLayout {
  readonly #stored: Persisted<StoredLayout>;

  /** @param name of the kind of page: all pages with this name look alike */
  constructor(name: string) {
    this.#stored = new Persisted(`charts.${name}`, asJson(parseLayout, isTouched));
  }

  get touched(): boolean {
    return isTouched(this.#stored.current);
  }

  arrange(ids: readonly string[]): readonly string[] {
    return arranged(ids, this.#stored.current.order);
  }

  /** @param to place among `ids` as they are arranged */
  move(ids: readonly string[], id: string, to: number): void {
    const order = this.arrange(ids).filter((other) => other !== id);
    order.splice(Math.max(0, Math.min(order.length, to)), 0, id);
    this.#stored.current = { ...this.#stored.current, order };
  }

  height(id: string): number | undefined {
    return this.#stored.current.heights[id];
  }

  resize(id: string, pixels: number): void {
    const height = Math.round(Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, pixels)));
    const { order, heights } = this.#stored.current;
    this.#stored.current = { order, heights: { ...heights, [id]: height } };
  }

  reset(): void {
    this.#stored.current = UNTOUCHED;
  }
}

function isTouched({ order, heights }: StoredLayout): boolean {
  return order.length > 0 || Object.keys(heights).length > 0;
}
