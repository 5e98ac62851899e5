/** What a comparison on the page is about: a stored one, or runs that were chosen one by one. */
export type Target = { readonly id: string } | { readonly runs: readonly string[] };

/** `#/compare/<id>`, `#/compare?runs=<id>,<id>`; null: neither. */
export function targetOf(id: string, runs: string | undefined): Target | null {
  if (id !== '') return { id };
  const ids = [...new Set((runs ?? '').split(',').map((run) => run.trim()))].filter(Boolean);
  return ids.length === 0 ? null : { runs: ids };
}

/** As a call of the contract takes it. */
export function asInput(target: Target): { id: string } | { runs: string[] } {
  return 'id' in target ? { id: target.id } : { runs: [...target.runs] };
}
