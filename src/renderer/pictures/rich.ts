/** Components that draw rich panels. */
import type { Component } from 'svelte';
import type { PlainPanel } from '../../shared/pictures/picture.ts';

interface RichProps {
  /** Of the panel: what `accepts` took. */
  data: unknown;
  /** What else the panel brings. */
  panels: readonly PlainPanel[];
  /** Id of the run that the picture is of. */
  run: string;
}

interface RichPanelEntry {
  readonly component: Component<RichProps>;
  /** False: the data are of another version, and the panel is shown as its table. */
  accepts(data: unknown): boolean;
  /** Questions that the component asks itself: the page offers no form for them. */
  readonly questions: readonly string[];
}

/** By the name that a panel gives. */
export type RichPanels = Readonly<Record<string, RichPanelEntry>>;
