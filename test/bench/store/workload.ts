import type { NewComparison, RunBatch } from '../../../src/studio/store/types.ts';

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

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;
}

export function milliseconds(action: () => void): number {
  const start = performance.now();
  action();
  return performance.now() - start;
}
