/** Configs as flat lists of dotted keys, for grouping runs by one of them. */

type Config = Readonly<Record<string, unknown>>;

/** Runs of a comparison share one frozen config: each is flattened once. */
const flattened = new WeakMap<Config, ReadonlyMap<string, string>>();

/** Values as JSON by dotted key (`valuations.kind`); a list is one value. */
export function flatConfig(config: Config): ReadonlyMap<string, string> {
  const known = flattened.get(config);
  if (known !== undefined) return known;
  const flat = new Map(entriesOf(config, ''));
  flattened.set(config, flat);
  return flat;
}

/** Keys that have more than one value over all configs (missing counts as one), sorted. */
export function differingKeys(configs: readonly Config[]): string[] {
  const distinct = [...new Set(configs)].map(flatConfig);
  const keys = new Set(distinct.flatMap((flat) => [...flat.keys()]));
  return [...keys].filter((key) => new Set(distinct.map((flat) => flat.get(key))).size > 1).sort();
}

function entriesOf(value: object, prefix: string): [string, string][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, string][] => {
    const path = `${prefix}${key}`;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      return entriesOf(inner, `${path}.`);
    return [[path, JSON.stringify(inner)]];
  });
}
