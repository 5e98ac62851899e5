import type { NewComparison, RunBatch } from '../../../src/studio/store/types.ts';
import { spreadOf, type Spread } from '../results.ts';

/** A comparison as `run` makes it: every run with a complete config. */
export function comparisonOf(runs: number, steps: number): NewComparison {
  const config = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`parameter${i}`, i / 7]));
  return {
    name: 'bench',
    problem: 'menu',
    preset: null,
    backend: 'wasm',
    runs: Array.from({ length: runs }, (_, seed) => ({
      spec: {
        problem: 'menu',
        config,
        estimator: 'st-gumbel',
        settings: { temperature: 1 },
        seed,
        backend: 'wasm',
      },
      steps,
    })),
  };
}

/** Points `from` to `from + count` of each series of each run, a noisy curve as training makes them. */
export function batch(
  runIds: readonly string[],
  series: number,
  from: number,
  count: number,
): readonly RunBatch[] {
  const steps = Float64Array.from({ length: count }, (_, index) => from + index);
  return runIds.map((runId, run) => ({
    runId,
    points: Array.from({ length: series }, (_, index) => ({
      series: `metric${index}`,
      steps,
      values: steps.map((step) => noisyCurve(step, run * series + index)),
    })),
    last: Object.fromEntries(
      Array.from({ length: series }, (_, index) => [`metric${index}`, noisyCurve(from, index)]),
    ),
    progress: { step: from + count, steps: 1e9, seconds: 1, stepsPerSecond: 300, evaluations: from },
  }));
}

function noisyCurve(step: number, phase: number): number {
  return Math.exp(-step / 1e5) + Math.sin(step * 12.9898 + phase * 78.233) / 10;
}

export function milliseconds(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** Milliseconds of two actions that take turns, and the second's in units of the first's, turn by turn. */
export function inTurns(
  ours: () => void,
  peer: () => void,
  turns: number,
): { readonly ours: Spread; readonly peer: Spread; readonly ratio: Spread } {
  const pairs = Array.from({ length: turns }, () => [milliseconds(ours), milliseconds(peer)] as const);
  return {
    ours: spreadOf(pairs.map(([ms]) => ms)),
    peer: spreadOf(pairs.map(([, ms]) => ms)),
    ratio: spreadOf(pairs.map(([own, other]) => other / own)),
  };
}

export function ratioText({ median, low, high }: Spread): string {
  return `${median.toFixed(1)} (${low.toFixed(1)} to ${high.toFixed(1)})`;
}
