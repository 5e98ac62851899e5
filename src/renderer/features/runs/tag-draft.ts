/** What was written into the dialog of tags and not applied: kept for these runs, so that nothing typed is lost by leaving. */
export interface TagDraft {
  /** Tags to add, as they are typed. */
  readonly written: string;
  /** Tags that are ticked to be taken away. */
  readonly leaving: readonly string[];
}

/** Of this window: a selection of runs is one window's too. */
const KEY = 'gumbel-studio.tags';
const NONE: TagDraft = { written: '', leaving: [] };

/** Of exactly these runs; nothing written if there is none. */
export function keptTags(runs: readonly string[]): TagDraft {
  const text = window.sessionStorage.getItem(KEY);
  if (text === null) return NONE;
  const kept = JSON.parse(text) as TagDraft & { readonly runs: string };
  return kept.runs === named(runs) ? kept : NONE;
}

/** The last one that was written; an empty one is forgotten. */
export function keepTags(runs: readonly string[], { written, leaving }: TagDraft): void {
  if (written === '' && leaving.length === 0) window.sessionStorage.removeItem(KEY);
  else window.sessionStorage.setItem(KEY, JSON.stringify({ runs: named(runs), written, leaving }));
}

function named(runs: readonly string[]): string {
  return runs.toSorted().join();
}
