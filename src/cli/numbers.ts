/** Numbers as people read them: four significant digits, intervals with their n. */
import type { MeanOfSeeds } from '../shared/contract/comparisons.ts';

/** `digits` significant digits without an exponent where that is short. */
export function figure(value: number | null | undefined, digits = 4): string {
  if (value === undefined || value === null || Number.isNaN(value)) return '-';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) return value.toExponential(digits - 1);
  return value.toFixed(Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

export function showMean(value: MeanOfSeeds | undefined): string {
  if (value === undefined) return '-';
  const { mean, halfWidth } = value;
  return halfWidth === null ? figure(mean) : `${figure(mean)} ± ${figure(halfWidth, 2)}`;
}

export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
