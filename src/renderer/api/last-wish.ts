/**
 * Fulfils wishes one after the other; of several that come meanwhile only the last.
 * @param fulfil deals with its own failures
 */
export function lastWish<W>(fulfil: (wish: W) => Promise<void>): (wish: W) => Promise<void> {
  let next: { readonly wish: W } | null = null;
  let busy = false;
  return async (wish) => {
    next = { wish };
    if (busy) return;
    busy = true;
    while (next !== null) {
      const { wish: wanted }: { readonly wish: W } = next;
      next = null;
      await fulfil(wanted);
    }
    busy = false;
  };
}
