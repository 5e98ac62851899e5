/** What the runs' configs have at one key, for grouping by it. Configs never change: asked again only for runs that are new. */
import { attempt } from '../../page/toasts.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';

export class ConfigValues {
  #keys = $state.raw<readonly string[]>([]);
  #values = $state.raw<ReadonlyMap<string, string>>(new Map());
  #asking = 0;

  /** Keys in which runs differ. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  /** JSON; undefined if the run's config has no such key, or its answer is not there yet. */
  of(run: string): string | undefined {
    return this.#values.get(run);
  }

  /** @param key empty: only the keys are wanted */
  read(key: string): void {
    const asking = ++this.#asking;
    attempt(async () => {
      const keys = await studio.call((client) => client.runs.configKeys());
      const values =
        key === '' ? [] : (await studio.call((client) => client.runs.configValues({ key }))).values;
      if (asking !== this.#asking) return;
      this.#keys = keys;
      this.#values = new Map(values.map(({ run, value }) => [run, value]));
    });
  }
}
