/**
 * How a command is asked to end: Ctrl-C, SIGTERM (a scheduler, `kill`), SIGHUP (its terminal was closed). Whoever sends a signal to a
 * process group reaches the command twice, directly and through the program that started it: only a second Ctrl-C, pressed
 * by a person, means "at once".
 */
import { exitCodes } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const words: Readonly<Record<(typeof SIGNALS)[number], string>> = {
  SIGINT: 'interrupted by Ctrl-C',
  SIGTERM: 'asked to end (SIGTERM)',
  SIGHUP: 'the terminal was closed',
};
/** Two within this time are one. */
const SAME_MS = 250;
/** Whatever keeps a command from its orderly end: this long after it was asked it ends. */
const LIMIT_MS = 9500;

export interface Ending {
  /** The first time. @param how in words, as the reason of what it ends */
  ask(how: string): void;
  /** At a second Ctrl-C. */
  now?(): void;
  /** Milliseconds after which it ends in any case; null: it takes what it takes. */
  readonly limitMs?: number | null;
}

/**
 * @param clock in milliseconds
 * @returns takes the listeners away again
 */
export function onEnding(
  { ask, now, limitMs = LIMIT_MS }: Ending,
  clock = () => performance.now(),
): () => void {
  let askedAt: number | undefined;
  let limit: NodeJS.Timeout | undefined;
  const onSignal = (signal: (typeof SIGNALS)[number]) => {
    if (askedAt === undefined) {
      askedAt = clock();
      if (limitMs !== null) limit = setTimeout(() => process.exit(exitCodes.interrupted), limitMs).unref();
      ask(words[signal]);
    } else if (signal === 'SIGINT' && clock() - askedAt > SAME_MS) now?.();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    clearTimeout(limit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}

/** Work that is cancelled when the command is asked to end. */
export async function untilEnding<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stopListening = onEnding({ ask: () => abort.abort() });
  try {
    return await work(abort.signal);
  } finally {
    stopListening();
  }
}
