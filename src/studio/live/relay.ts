/** Work that says what it does, as a stream: its events as they come, then what it returns. */

/**
 * @param work is given `emit`, which may be called until it settles
 * @throws what the work throws, after the events before it
 */
export async function* relay<E, R>(work: (emit: (event: E) => void) => Promise<R>): AsyncGenerator<E, R> {
  const waiting: E[] = [];
  const state = { settled: false, wake: (): void => undefined };
  const running = work((event) => {
    waiting.push(event);
    state.wake();
  });
  const settle = () => {
    state.settled = true;
    state.wake();
  };
  // A failure is thrown below; a reader that leaves before it hears nothing of it.
  running.then(settle, settle);
  for (;;) {
    yield* waiting.splice(0);
    if (waiting.length > 0) continue;
    if (state.settled) return await running;
    await new Promise<void>((resolve) => {
      state.wake = resolve;
    });
  }
}
