/** Configs as flat lists of dotted keys, for grouping runs by one of them. */
import { flatten, type JsonObject } from '../../shared/config-path.ts';

/** Runs of a comparison share one frozen config: each is flattened once. */
const flattened = new WeakMap<JsonObject, ReadonlyMap<string, string>>();

/** Values as JSON by dotted key (`valuations.kind`); a list is one value. */
export function flatConfig(config: JsonObject): ReadonlyMap<string, string> {
  const known = flattened.get(config);
  if (known !== undefined) return known;
  const flat = new Map(flatten(config).map(([path, value]) => [path, JSON.stringify(value)]));
  flattened.set(config, flat);
  return flat;
}

/** Keys that have more than one value over all configs (missing counts as one), sorted. */
export function differingKeys(configs: readonly JsonObject[]): string[] {
  const distinct = [...new Set(configs)].map(flatConfig);
  const keys = new Set(distinct.flatMap((flat) => [...flat.keys()]));
  return [...keys].filter((key) => new Set(distinct.map((flat) => flat.get(key))).size > 1).sort();
}
