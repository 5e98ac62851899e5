/** In what the groups of one problem differ, and what they share. */
import { flatten, type JsonObject } from '../../shared/config-path.ts';
import type { ConfigDifference, SharedSetting } from '../../shared/contract/comparisons.ts';
import type { SeedGroup } from './groups.ts';

export interface Differences {
  readonly differing: readonly ConfigDifference[];
  readonly shared: readonly SharedSetting[];
  /** By group: what tells it from others of its estimator and variant, `options=8`; empty where these say it all. */
  readonly details: ReadonlyMap<string, string>;
}

/** Settings are compared between groups of one estimator only: those of two estimators have nothing to do with each other. */
export function differencesOf(groups: readonly SeedGroup[]): Differences {
  const byEstimator = [...Map.groupBy(groups, ({ estimator }) => estimator)];
  const forks = groups.some(({ runs }) => runs.some(({ parent }) => parent !== null));
  const tables = [
    compare('config', groups, ({ config }) => config),
    ...byEstimator.map(([estimator, same]) => compare(estimator, same, ({ settings }) => settings)),
    compare('', groups, ({ runs, from }) => ({
      backend: [...new Set(runs.map(({ spec }) => spec.backend))].sort().join(', '),
      ...(forks ? { from } : {}),
    })),
  ];
  const differing = tables.flatMap((table) => table.differing);
  return {
    differing,
    shared: tables.flatMap((table) => table.shared),
    details: new Map(
      byEstimator.flatMap(([estimator, all]) =>
        [...Map.groupBy(all, ({ variant }) => variant).values()].flatMap((same) =>
          same.map(({ key }) => [key, same.length === 1 ? '' : detailOf(key, estimator, same, differing)]),
        ),
      ),
    ),
  };
}

function compare(
  prefix: string,
  groups: readonly SeedGroup[],
  of: (group: SeedGroup) => JsonObject,
): { readonly differing: ConfigDifference[]; readonly shared: SharedSetting[] } {
  const maps = groups.map((group) => ({ key: group.key, leaves: new Map(flatten(of(group), { prefix })) }));
  const paths = [...new Set(maps.flatMap((map) => [...map.leaves.keys()]))].sort();
  const differing: ConfigDifference[] = [];
  const shared: SharedSetting[] = [];
  for (const path of paths) {
    const texts = maps.flatMap((map) => {
      const leaf = map.leaves.get(path);
      return leaf === undefined ? [] : [[map.key, textOf(leaf)] as const];
    });
    const distinct = new Set(texts.map(([, text]) => text));
    const [value = ''] = distinct;
    if (distinct.size === 1 && texts.length === groups.length) shared.push({ path, value });
    else differing.push({ path, values: Object.fromEntries(texts) });
  }
  return { differing, shared };
}

function detailOf(
  key: string,
  estimator: string,
  same: readonly SeedGroup[],
  differing: readonly ConfigDifference[],
): string {
  return differing
    .filter(({ values }) => new Set(same.map((group) => values[group.key])).size > 1)
    .flatMap(({ path, values }) => {
      const name = path.replace(/^config\./, '').replace(`${estimator}.`, '');
      const value = values[key];
      return value === undefined ? [] : [`${name}=${value}`];
    })
    .join(', ');
}

function textOf(leaf: unknown): string {
  return typeof leaf === 'string' ? leaf : JSON.stringify(leaf);
}
