/**
 * The columns of the table as they are now. The address has them, so that a pasted one shows the same table; an address that
 * says nothing of columns (a bare link to the page) means those that were last used on this computer.
 */
import { router } from '../../page/router.svelte.ts';
import { defaultColumns, formatColumns, parseColumns, type Columns } from './columns.ts';

const KEY = 'gumbel-studio.columns';

export class ColumnState {
  readonly #current = $derived(parseColumns(router.query['columns'] ?? remembered()));

  constructor() {
    $effect(() => {
      const known = remembered();
      if (router.page === 'runs' && router.query['columns'] === undefined && known !== '') {
        router.set({ columns: known });
      }
    });
  }

  get current(): Columns {
    return this.#current;
  }

  get isDefault(): boolean {
    return formatColumns(this.#current) === '';
  }

  set(columns: Columns): void {
    const written = formatColumns(columns);
    if (written === '') window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, written);
    router.set({ columns: written });
  }

  reset(): void {
    this.set(defaultColumns);
  }
}

function remembered(): string {
  return window.localStorage.getItem(KEY) ?? '';
}
