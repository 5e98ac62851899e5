/**
 * Configs as plain objects: one inside another, what is said of one beside another, and their values under dotted paths
 * (`valuations.kind`). An object with a `kind` is one of several, and its other keys belong to that kind.
 */

export type JsonObject = Readonly<Record<string, unknown>>;

/** Not null, and not a list. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nested objects merge key by key; one whose `kind` changes is replaced, as its other keys belong to the old kind. */
export function merge(base: JsonObject, over: JsonObject): Record<string, unknown> {
  const entries = Object.entries(over).map(([key, value]): [string, unknown] => {
    const old = base[key];
    const nested =
      isObject(old) && isObject(value) && (value['kind'] === undefined || value['kind'] === old['kind']);
    return [key, nested ? merge(old, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}

/**
 * What of a value must be said beside a base: keys that differ. An object with a `kind` is said whole. Over the same base,
 * `merge` makes the value again.
 */
export function difference(value: JsonObject, base: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]): [string, unknown][] => {
      const other = base[key];
      if (JSON.stringify(own) === JSON.stringify(other)) return [];
      if (isObject(own) && isObject(other) && own['kind'] === undefined)
        return [[key, difference(own, other)]];
      return [[key, own]];
    }),
  );
}

/** One value that differs between two configs; an object whose `kind` differs is one value. */
export interface Change {
  readonly path: string;
  readonly from: unknown;
  readonly to: unknown;
}

export function changesBetween(from: JsonObject, to: JsonObject, prefix = ''): readonly Change[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key): readonly Change[] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const [before, after] = [from[key], to[key]];
    if (JSON.stringify(before) === JSON.stringify(after)) return [];
    const plain = isObject(before) && isObject(after) && before['kind'] === after['kind'];
    return plain ? changesBetween(before, after, path) : [{ path, from: before, to: after }];
  });
}

/** The value at a path; undefined where there is none. */
export function valueAt(config: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      config,
    );
}

/** The config with a value at a path, in objects made where there were none; the config itself stays as it is. */
export function withValue(config: JsonObject, path: string, value: unknown): JsonObject {
  const at = path.indexOf('.');
  if (at === -1) return { ...config, [path]: value };
  const [head, rest] = [path.slice(0, at), path.slice(at + 1)];
  const old = config[head];
  return { ...config, [head]: withValue(isObject(old) ? old : {}, rest, value) };
}

interface Flattening {
  /** Before every path. */
  readonly prefix?: string;
  /** Which objects are one value as well. */
  whole?(value: JsonObject): boolean;
}

/** Every value that is no object, with its path; a list is one value, and an object without keys none. */
export function flatten(
  config: JsonObject,
  { prefix = '', whole = () => false }: Flattening = {},
): [path: string, value: unknown][] {
  return Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    return isObject(value) && !whole(value) ? flatten(value, { prefix: path, whole }) : [[path, value]];
  });
}
