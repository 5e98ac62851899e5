/** A WeakMap by a property of its keys: faster to read, and nothing for the garbage collector to follow. */
import type { DataId } from '@tensorflow/tfjs-core';

/** @param name of the property, one for every table that a key may be in */
export function byProperty<T>(name: 'info' | 'held'): WeakMap<DataId, T> {
  type Key = Partial<Record<typeof name, T>>;
  const table: Pick<WeakMap<DataId, T>, 'has' | 'get' | 'set' | 'delete'> = {
    has: (key) => (key as Key)[name] !== undefined,
    get: (key) => (key as Key)[name],
    set(key, value) {
      (key as Key)[name] = value;
      return table as WeakMap<DataId, T>;
    },
    delete(key) {
      const had = table.has(key);
      (key as Partial<Record<typeof name, T | undefined>>)[name] = undefined;
      return had;
    },
  };
  return table as WeakMap<DataId, T>;
}
