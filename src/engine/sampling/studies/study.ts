/** Draws that are counted one at a time. */
export interface Study<R> {
  /** Random numbers that one draw takes, about. */
  readonly numbers: number;
  draw(): void;
  /** Of the `samples` draws so far, one at least. */
  result(samples: number): R;
}
