/** What the benches of one `npm run bench` found, kept as they find it: a bench that is interrupted has not found nothing. */
import { appendFileSync } from 'node:fs';

/** Named in the environment by test/bench/main.ts; a bench that runs by itself only prints. */
export const RESULTS_FILE = 'GUMBEL_BENCH_RESULTS';

/** A figure as several blocks gave it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface BenchResult {
  /** What was timed, with its sizes. */
  readonly what: string;
  readonly unit: string;
  readonly ours: Spread;
  /** What ours was held against in the same run; none: there is nothing like it. */
  readonly peer?: { readonly name: string; readonly figure: Spread };
  /** The peer's figure in units of ours, block by block: above 1, ours is the faster. */
  readonly ratio?: Spread;
}

export function record(result: BenchResult): void {
  const file = process.env[RESULTS_FILE];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(result)}\n`);
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: Math.min(...values), high: Math.max(...values) };
}
