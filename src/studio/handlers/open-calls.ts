/** How many calls and streams one connection has open; beyond the limit a call is refused, and the others go on. */
import { AppError } from '../../shared/errors.ts';

export class OpenCalls {
  readonly #most: number;
  #open = 0;

  /** @param most calls and streams open at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** @returns what gives the place back; a second call of it does nothing. @throws AppError conflict */
  enter(): () => void {
    if (this.#open >= this.#most) {
      throw new AppError(
        'conflict',
        `${this.#most} calls and streams are open over this connection, which is the most it allows; wait for an answer or end a stream`,
      );
    }
    this.#open += 1;
    let left = false;
    return () => {
      if (!left) this.#open -= 1;
      left = true;
    };
  }
}

/** The stream, and `leave` when it has ended: by itself, by its reader (also one that never began), or by a failure. */
export function leavingAtEnd<T>(events: AsyncIterator<T>, leave: () => void): AsyncIterableIterator<T> {
  const noted = (result: IteratorResult<T>) => {
    if (result.done === true) leave();
    return result;
  };
  const failed = (error: unknown) => {
    leave();
    throw error;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next().then(noted, failed),
    return: (value?: unknown) => {
      leave();
      return events.return?.(value) ?? Promise.resolve({ done: true, value });
    },
  };
}
