/** What the address of a download names for a selection of runs. */

interface Run {
  readonly id: string;
  readonly comparison: string;
  readonly archivedAt: number | null;
}

/** Ids of comparisons of which every run that is not archived is selected, and of the other runs, in the order of the selection. */
export function exportIds(selected: readonly Run[], all: readonly Run[]): readonly string[] {
  const chosen = new Set(selected.map(({ id }) => id));
  const open = all.filter(({ archivedAt }) => archivedAt === null);
  const partly = new Set(open.filter(({ id }) => !chosen.has(id)).map(({ comparison }) => comparison));
  const ids = selected.map(({ id, comparison, archivedAt }) =>
    archivedAt !== null || partly.has(comparison) ? id : comparison,
  );
  return [...new Set(ids)];
}
