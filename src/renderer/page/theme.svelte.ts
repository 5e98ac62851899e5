/** Light, dark, or as the system says; remembered on this computer. */

import { oneOf, Persisted } from './persisted.svelte.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

class Theme {
  readonly #choice = new Persisted('theme', oneOf<ThemeChoice>('system', 'light', 'dark'));
  #systemDark = $state(false);

  constructor() {
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    this.#systemDark = media.matches;
    media.addEventListener('change', ({ matches }) => {
      this.#systemDark = matches;
      this.#apply();
    });
    this.#apply();
  }

  get choice(): ThemeChoice {
    return this.#choice.current;
  }

  set choice(choice: ThemeChoice) {
    this.#choice.current = choice;
    this.#apply();
  }

  get dark(): boolean {
    return this.choice === 'system' ? this.#systemDark : this.choice === 'dark';
  }

  toggle(): void {
    this.choice = this.dark ? 'light' : 'dark';
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.dark ? 'dark' : 'light';
  }
}

export const theme = new Theme();
