/** Downloads of several runs, which leave out those that are damaged: the page says which. */
import { toasts } from '../page/toasts.svelte.ts';
import { counted } from '../format/numbers.ts';
import { shortened } from '../format/shortened.ts';
import { download } from '../page/download.ts';
import { runs } from './runs.svelte.ts';

/** @param ids of the runs and comparisons that are asked for at `path` */
export function downloadRuns(path: string, ids: readonly string[]): void {
  download(path);
  const asked = new Set(ids);
  const damaged = runs.damaged.filter(({ id, comparison }) => asked.has(id) || asked.has(comparison));
  if (damaged.length === 0) return;
  const names = shortened(damaged.map(({ id }) => id).join(', '));
  toasts.info(`Left out of the file: ${counted(damaged.length, 'damaged run')}, ${names}.`);
}
