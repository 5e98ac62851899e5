/** The pages of the studio: the one list from which the frame, the rail, the top bar and the palette take them. */
import ChartLine from '@lucide/svelte/icons/chart-line';
import Cpu from '@lucide/svelte/icons/cpu';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Plus from '@lucide/svelte/icons/plus';
import Scale from '@lucide/svelte/icons/scale';
import Settings from '@lucide/svelte/icons/settings';
import Table from '@lucide/svelte/icons/table-2';
import type { Component } from 'svelte';
import ComparePage from '../features/compare/ComparePage.svelte';
import DevicesPage from '../features/devices/DevicesPage.svelte';
import LabsPage from '../features/labs/LabsPage.svelte';
import { labs } from '../features/labs/labs.ts';
import NewRunPage from '../features/new-run/NewRunPage.svelte';
import OpePage from '../features/ope/OpePage.svelte';
import RunPage from '../features/run/RunPage.svelte';
import RunsPage from '../features/runs/RunsPage.svelte';
import SettingsPage from '../features/settings/SettingsPage.svelte';
import type { PageName } from '../page/router.svelte.ts';

interface PageEntry {
  readonly label: string;
  /** On the rail; absent: it is not there. */
  readonly icon?: typeof Table;
  /** What it shows is of the address alone, or also of the id in it. */
  readonly shows: { readonly alone: Component } | { readonly ofId: Component<{ id: string }> };
  /** It is made anew for another id. */
  readonly anew?: true;
  /** Pages within it, by their ids, that the palette offers in its place. */
  readonly within?: readonly { readonly id: string; readonly title: string }[];
}

export const pages: Readonly<Record<PageName, PageEntry>> = {
  runs: { label: 'Runs', icon: Table, shows: { alone: RunsPage } },
  run: { label: 'Run', shows: { ofId: RunPage }, anew: true },
  compare: { label: 'Compare', icon: ChartLine, shows: { ofId: ComparePage }, anew: true },
  new: { label: 'New run', icon: Plus, shows: { alone: NewRunPage } },
  labs: { label: 'Labs', icon: FlaskConical, shows: { ofId: LabsPage }, within: labs },
  ope: { label: 'Off-policy evaluation', icon: Scale, shows: { alone: OpePage } },
  backends: { label: 'Backends', icon: Cpu, shows: { alone: DevicesPage } },
  settings: { label: 'Settings', icon: Settings, shows: { alone: SettingsPage } },
};

/** Those on the rail, in its order. */
export const railPages = (Object.entries(pages) as [PageName, PageEntry][]).flatMap(([name, page]) =>
  page.icon === undefined ? [] : [{ name, ...page, icon: page.icon }],
);
