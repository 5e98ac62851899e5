/** The address after `#` names the whole view: page, id, filters, zoom. Pasting it somewhere else shows the same. */
import { untrack } from 'svelte';

const PAGES = ['runs', 'run', 'compare', 'new', 'labs', 'ope', 'backends', 'settings'] as const;
export type PageName = (typeof PAGES)[number];

export type Query = Readonly<Record<string, string>>;

export interface Address {
  readonly page: PageName;
  /** What the page is about: a run, a comparison; empty if nothing in particular. */
  readonly id: string;
  readonly query: Query;
  /** What the address calls a page and is none; empty: the page is what it names. */
  readonly unknownPage: string;
}

function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', id = ''] = path.split('/').map(decoded);
  const page = PAGES.find((known) => known === name);
  return {
    page: page ?? 'runs',
    id,
    query: Object.fromEntries(new URLSearchParams(search)),
    unknownPage: page === undefined ? name : '',
  };
}

/** A query value that is empty is left out. */
export function address(page: PageName, id = '', query: Query = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  const path = id === '' ? page : `${page}/${encodeURIComponent(id)}`;
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

class Router {
  #current = $state.raw(parseAddress(window.location.hash));

  constructor() {
    window.addEventListener('hashchange', () => {
      this.#current = parseAddress(window.location.hash);
    });
  }

  get page(): PageName {
    return this.#current.page;
  }

  get id(): string {
    return this.#current.id;
  }

  get unknownPage(): string {
    return this.#current.unknownPage;
  }

  get query(): Query {
    return this.#current.query;
  }

  go(page: PageName, id = '', query: Query = {}): void {
    window.location.hash = address(page, id, query);
  }

  /** Changes parts of the query in place: no new entry in the history. An effect that calls it does not depend on the address. */
  set(changes: Query): void {
    const { page, id, query } = untrack(() => this.#current);
    const hash = address(page, id, { ...query, ...changes });
    window.history.replaceState(window.history.state, '', hash);
    this.#current = parseAddress(hash);
  }
}

export const router = new Router();
