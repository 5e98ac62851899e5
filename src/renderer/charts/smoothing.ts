/**
 * Smoothing of a curve for the eye: the exponential moving average with weights in the distance of the points, debiased.
 * Source: Weights & Biases, "Smooth line plots" (TWEMA), https://docs.wandb.ai/guides/app/features/panels/line-plot/smoothing.
 * Differs from source: a value that is not finite is left as a gap, and the average goes on behind it; a
 * difference to the raw value that nobody can see is none.
 */
import type { ChartLine, ChartPoints, Span } from './chart-data.ts';

/** Distances count in thousandths of the axis, so that a setting looks the same on short and long runs. */
const UNITS = 1000;
/** Of the largest value: what is closer to the raw value than this is the raw value, not 5e-53 beside 0. */
const VISIBLE = 1e-9;

/**
 * @param smoothing 0 (nothing) to 1; the weight of a point halves over ever longer stretches
 * @param span of the x axis
 */
export function smoothed({ xs, ys }: ChartPoints, smoothing: number, span: Span): Float64Array {
  const decay = Math.min(Math.sqrt(smoothing), 0.999);
  const length = span.to - span.from;
  const result = new Float64Array(ys.length).fill(Number.NaN);
  let sum = 0;
  let weight = 0;
  let last = xs[0] ?? 0;
  let largest = 0;
  for (let i = 0; i < ys.length; i++) {
    const y = ys[i]!;
    if (!Number.isFinite(y)) continue;
    const kept = decay ** (((xs[i]! - last) / length) * UNITS);
    sum = sum * kept + y;
    weight = weight * kept + 1;
    last = xs[i]!;
    largest = Math.max(largest, Math.abs(y));
    const average = sum / weight;
    result[i] = Math.abs(average - y) <= VISIBLE * largest ? y : average;
  }
  return result;
}

/** Each listed line becomes a smooth one, with the raw one faint behind it. Without smoothing nothing changes. */
export function withSmoothing(
  lines: readonly ChartLine[],
  smoothing: number,
  span: Span,
): readonly ChartLine[] {
  if (smoothing <= 0) return lines;
  return lines.flatMap((line) => {
    if (!line.listed) return [line];
    const { band, ...plain } = line;
    const behind: ChartLine = {
      ...plain,
      ...(band === undefined ? {} : { band }),
      id: `raw:${line.id}`,
      dash: [],
      width: 1,
      opacity: 0.3 * line.opacity,
      listed: false,
    };
    return [behind, { ...plain, ys: smoothed(line, smoothing, span), raw: line.ys }];
  });
}

/** As an address holds it; 0 for anything that is no smoothing. */
export function parseSmoothing(text: string | undefined): number {
  return isSmoothing(text ?? '') ? Number(text) : 0;
}

export function isSmoothing(text: string): boolean {
  return Number(text) > 0 && Number(text) < 1;
}
