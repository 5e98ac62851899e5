/** A config as a flat list: one entry a leaf, its path dotted. */

export type Leaf = string | number | null;

/** A list, and whatever else has no cell of its own, is one JSON text. */
export function leaves(path: string, value: unknown): [string, Leaf][] {
  if (typeof value === 'number' || typeof value === 'string' || value === null) return [[path, value]];
  if (typeof value !== 'object' || Array.isArray(value)) return [[path, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([key, child]) => leaves(path === '' ? key : `${path}.${key}`, child));
}
