/** Names of stored reference values: `surplus` is that of the test split, `surplus.train` and `surplus.validation` are the others'. */
import { splits, type Split } from './split.ts';

export function baselineName(name: string, split: Split): string {
  return split === 'test' ? name : `${name}.${split}`;
}

/** Baseline and split of a stored value; no baseline's own name has a dot. */
export function readBaselineName(stored: string): { readonly name: string; readonly split: Split } {
  const [name = '', after] = stored.split('.');
  const split = splits.find((known) => known === after);
  return split === undefined ? { name: stored, split: 'test' } : { name, split };
}

/** The same baselines on several splits as they are stored. */
export function onSplits(
  measured: readonly Split[],
  values: (split: Split) => Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    measured.flatMap((split) =>
      Object.entries(values(split)).map(([name, value]) => [baselineName(name, split), value]),
    ),
  );
}
