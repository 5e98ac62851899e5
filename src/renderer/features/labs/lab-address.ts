/** What a lab shows is in the address: these read it, within bounds, whatever was pasted there. */
import { readNumbersText, type NumberLimits } from './numbers-text.ts';

export function readNumber(text: string | undefined, fallback: number, min: number, max: number): number {
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isFinite(value)) return fallback;
  return Math.min(max, Math.max(min, value));
}

export function readNumbers(
  text: string | undefined,
  fallback: readonly number[],
  limits: NumberLimits,
): readonly number[] {
  return readNumbersText(text ?? '', limits).values ?? fallback;
}
