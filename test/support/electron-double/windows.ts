/** What the other parts of the double know of a window. */
interface KnownWindow {
  close(): void;
  destroy(): void;
}

/** Oldest first. */
export const windows: KnownWindow[] = [];
