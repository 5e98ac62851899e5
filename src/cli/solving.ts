/** A computation with a time limit in the foreground: a bar or a line now and then, and Ctrl-C that cancels it. */
import cliProgress from 'cli-progress';
import { AppError } from '../shared/errors.ts';
import { gapOf, gapText, type SolveProgress } from '../shared/exact.ts';
import { plainNumber } from '../shared/number-format.ts';
import { onEnding } from './ending.ts';
import type { Output } from './output.ts';

const LINE_MS = 5000;
const TICK_MS = 200;

interface Cancelled {
  readonly cancelled: true;
  /** What was known then. */
  readonly last: SolveProgress | null;
}

/** @param limit seconds */
export async function inForeground<T>(
  output: Output,
  limit: number,
  work: (signal: AbortSignal, onProgress: (progress: SolveProgress) => void) => Promise<T>,
): Promise<T | Cancelled> {
  const abort = new AbortController();
  const stopListening = onEnding({ ask: () => abort.abort() });
  let last: SolveProgress | null = null;
  const view = process.stderr.isTTY && !output.json ? bar(limit) : lines(output, limit);
  const timer = setInterval(() => view.show(last), view.every);
  try {
    return await work(abort.signal, (progress) => (last = progress));
  } catch (error) {
    if (error instanceof AppError && error.kind === 'cancelled') return { cancelled: true, last };
    throw error;
  } finally {
    clearInterval(timer);
    view.close();
    stopListening();
  }
}

export function wasCancelled(result: object): result is Cancelled {
  return 'cancelled' in result;
}

/** Value, bound and gap in words. */
export function found({ value, bound }: Pick<SolveProgress, 'value' | 'bound'>): string {
  const gap = gapOf(value, bound);
  return `value ${plainNumber(value)}, bound ${plainNumber(bound)}${gap === null ? '' : `, gap ${gapText(gap)}`}`;
}

export interface View {
  readonly every: number;
  show(progress: SolveProgress | null): void;
  close(): void;
}

/** The time limit as a bar: solvers end before it, or at it. */
function bar(limit: number): View {
  const shown = new cliProgress.SingleBar(
    {
      format: '{bar} {time} of {limit} s  {found}',
      barsize: 24,
      hideCursor: true,
      stream: process.stderr,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    },
    cliProgress.Presets.shades_grey,
  );
  const start = performance.now();
  shown.start(limit, 0, { time: 0, limit: plainNumber(limit), found: '' });
  return {
    every: TICK_MS,
    show(progress) {
      const seconds = (performance.now() - start) / 1000;
      shown.update(Math.min(limit, seconds), {
        time: Math.round(seconds),
        found: progress === null ? '' : found(progress),
      });
    },
    close: () => shown.stop(),
  };
}

function lines(output: Output, limit: number): View {
  const start = performance.now();
  return {
    every: LINE_MS,
    show(progress) {
      const seconds = Math.round((performance.now() - start) / 1000);
      output.note(`${seconds} of ${plainNumber(limit)} s${progress === null ? '' : `: ${found(progress)}`}`);
    },
    close: () => undefined,
  };
}
