/** What a lab shows is in the address: these read it, within bounds, whatever was pasted there. */

export function readNumber(text: string | undefined, fallback: number, min: number, max: number): number {
  const value = Number(text);
  if (text === undefined || text.trim() === '' || !Number.isFinite(value)) return fallback;
  return Math.min(max, Math.max(min, value));
}

export function readNumbers(
  text: string | undefined,
  fallback: readonly number[],
  limits: { readonly fewest: number; readonly most: number; readonly min: number; readonly max: number },
): readonly number[] {
  const parts = text?.split(',') ?? [];
  if (parts.length < limits.fewest || parts.length > limits.most) return fallback;
  return parts.map((part) => readNumber(part, 0, limits.min, limits.max));
}
