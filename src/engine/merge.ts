/** Configs over configs. */

/** Nested objects merge key by key; one whose `kind` changes is replaced, as its other keys belong to the old kind. */
export function merge(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const entries = Object.entries(over).map(([key, value]): [string, unknown] => {
    const old = base[key];
    const nested =
      isRecord(old) && isRecord(value) && (value['kind'] === undefined || value['kind'] === old['kind']);
    return [key, nested ? merge(old, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
