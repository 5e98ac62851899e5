/** What a comparison on the page is about: a stored one, or runs that were chosen one by one. */
import { idSchema } from '../../../shared/contract/texts.ts';

export type Target = { readonly id: string } | { readonly runs: readonly string[] };

/** `#/compare/<id>`, `#/compare?runs=<id>,<id>`; null: neither. */
export function targetOf(id: string, runs: string | undefined): Target | null {
  if (id !== '') return { id };
  const ids = [...new Set((runs ?? '').split(',').map((run) => run.trim()))].filter(Boolean);
  return ids.length === 0 ? null : { runs: ids };
}

/** As a call of the contract takes it, without what cannot be the id of a run. */
export function asInput(target: Target): { id: string } | { runs: string[] } {
  return 'id' in target ? { id: target.id } : { runs: target.runs.filter(isId) };
}

/** Whether anything in the store can be called so. */
export function isPossible(target: Target): boolean {
  return 'id' in target ? isId(target.id) : target.runs.some(isId);
}

export function isId(text: string): boolean {
  return idSchema.safeParse(text).success;
}
