/** A computation with a time limit in the foreground: a bar or a line now and then, and Ctrl-C that cancels it. */
import cliProgress from 'cli-progress';
import { AppError } from '../shared/errors.ts';
import type { JobResult } from '../shared/jobs.ts';
import { plainNumber } from '../shared/number-format.ts';
import { gapOf, gapText, type SolveProgress } from '../shared/solution.ts';
import type { AskOptions } from '../studio/jobs/ask.ts';
import { untilEnding } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

const LINE_MS = 5000;
const TICK_MS = 200;

type Solved = JobResult<'solve'>;

interface Foreground {
  /** Seconds. */
  readonly limit: number;
  /** What was asked, for the document of one that was cancelled. */
  readonly asked: Readonly<Record<string, unknown>>;
  text(solved: Solved): string;
}

/** Solves and reports. @returns the exit code */
export async function inForeground(
  output: Output,
  { limit, asked, text }: Foreground,
  work: (options: AskOptions<'solve'>) => Promise<Solved>,
): Promise<number> {
  let last: SolveProgress | null = null;
  const view = process.stderr.isTTY && !output.json ? bar(limit) : lines(output, limit);
  const timer = setInterval(() => view.show(last), view.every);
  try {
    const solved = await untilEnding((signal) =>
      work({
        signal,
        onProgress: (progress) => (last = progress),
        onLog: (message) => output.note(message),
      }),
    );
    output.result(text(solved), solved.details);
    return solved.solution.status === 'infeasible' ? exitCodes.failed : exitCodes.ok;
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'cancelled') throw error;
    return cancelled(output, asked, last);
  } finally {
    clearInterval(timer);
    view.close();
  }
}

/** What was known then. */
function cancelled(output: Output, asked: Foreground['asked'], last: SolveProgress | null): number {
  output.result(last === null ? 'cancelled before anything was found' : `cancelled: ${found(last)}`, {
    ...asked,
    status: 'cancelled',
    value: last?.value ?? null,
    bound: last?.bound ?? null,
  });
  return exitCodes.interrupted;
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
