/** Fetches the code of a component; the same module each time. */
import type { Component } from 'svelte';

export type Loader<Props extends Record<string, unknown> = Record<string, never>> = () => Promise<{
  readonly default: Component<Props>;
}>;
