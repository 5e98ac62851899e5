/** Light, dark, or as the system says; remembered on this computer. */

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'gumbel-studio.theme';

class Theme {
  #choice = $state<ThemeChoice>(stored());
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
    return this.#choice;
  }

  set choice(choice: ThemeChoice) {
    this.#choice = choice;
    window.localStorage.setItem(KEY, choice);
    this.#apply();
  }

  get dark(): boolean {
    return this.#choice === 'system' ? this.#systemDark : this.#choice === 'dark';
  }

  toggle(): void {
    this.choice = this.dark ? 'light' : 'dark';
  }

  #apply(): void {
    document.documentElement.dataset['theme'] = this.dark ? 'dark' : 'light';
  }
}

function stored(): ThemeChoice {
  const value = window.localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}

export const theme = new Theme();
