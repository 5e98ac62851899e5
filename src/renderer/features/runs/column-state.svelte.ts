/**
 * The columns of the table as they are now. The address has them, so that a pasted one shows the same table; an address that
 * says nothing of columns (a bare link to the page) means those that were last used on this computer.
 */
import { Persisted } from '../../page/persisted.svelte.ts';
import { router } from '../../page/router.svelte.ts';
import { defaultColumns, formatColumns, parseColumns, type Columns } from './columns.ts';

/** As the address has them; empty: as they are by nature. */
const remembered = new Persisted('columns', { read: (text) => text ?? '', write: (text) => text || null });

export class ColumnState {
  readonly #current = $derived(parseColumns(router.query['columns'] ?? remembered.current));

  constructor() {
    $effect(() => {
      const known = remembered.current;
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
    remembered.current = written;
    router.set({ columns: written });
  }

  reset(): void {
    this.set(defaultColumns);
  }
}
