/** Which sections of the form a person folded, and where all settings are asked for: remembered by this browser. */
import { z } from 'zod';
import { asJson, Persisted } from '../../page/persisted.svelte.ts';

const words = z.record(z.string(), z.boolean());
/** By section; one that is not here is as usual. */
const foldsSchema = z.object({ open: words, all: words });

export class Folds {
  readonly #kept = new Persisted(
    'new-run.sections',
    asJson((value) => foldsSchema.catch({ open: {}, all: {} }).parse(value)),
  );

  isOpen(section: string, usually: boolean): boolean {
    return this.#kept.current.open[section] ?? usually;
  }

  /** Whether a section shows its settings that nothing changed as well. */
  hasAll(section: string, usually: boolean): boolean {
    return this.#kept.current.all[section] ?? usually;
  }

  open(section: string, open: boolean): void {
    const { current } = this.#kept;
    this.#kept.current = { ...current, open: { ...current.open, [section]: open } };
  }

  showAll(section: string, all: boolean): void {
    const { current } = this.#kept;
    this.#kept.current = { ...current, all: { ...current.all, [section]: all } };
  }
}
