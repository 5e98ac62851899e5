/**
 * A long table of which only the rows in view are made, with some above and below. The element that scrolls is a grid: it holds the
 * focus and tells its active row with aria-activedescendant. Its heading sticks to the top and is as high as a row.
 */

/** Pixels. */
export const ROW_HEIGHT = 28;
const MARGIN_ROWS = 8;

export class VirtualRows {
  scroller = $state<HTMLElement>();
  scrollTop = $state(0);
  height = $state(600);
  readonly #count: () => number;

  /** First row that is made, and the one after the last. */
  readonly inView = $derived.by(() => {
    const count = this.#count();
    const first = Math.max(0, Math.floor(this.scrollTop / ROW_HEIGHT) - MARGIN_ROWS);
    const end = Math.min(count, Math.ceil((this.scrollTop + this.height) / ROW_HEIGHT) + MARGIN_ROWS);
    return { first: Math.min(first, Math.max(0, count - 1)), end };
  });

  /** @param count of all rows, read reactively */
  constructor(count: () => number) {
    this.#count = count;
  }

  isMade(index: number): boolean {
    return index >= this.inView.first && index < this.inView.end;
  }

  /** The heading covers the first row. */
  reveal(index: number): void {
    const { scroller } = this;
    if (scroller === undefined) return;
    const top = index * ROW_HEIGHT;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    const bottom = top + 2 * ROW_HEIGHT - scroller.clientHeight;
    if (bottom > scroller.scrollTop) scroller.scrollTop = bottom;
  }

  /** Where a key leads from the active row (-1: there is none); undefined: it is no key that moves. */
  movedTo(key: string, active: number): number | undefined {
    const page = Math.max(1, Math.floor(this.height / ROW_HEIGHT) - 2);
    const last = this.#count() - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: last,
    };
    const move = moves[key];
    return move === undefined ? undefined : Math.max(0, Math.min(last, move));
  }
}
