/**
 * The pages of the studio: the one list from which the frame, the rail, the top bar and the palette take them. The code of a
 * page comes with its first visit, so that the first page of a window does not wait for charts and forms that it does not show.
 */
import ChartLine from '@lucide/svelte/icons/chart-line';
import Cpu from '@lucide/svelte/icons/cpu';
import FlaskConical from '@lucide/svelte/icons/flask-conical';
import Plus from '@lucide/svelte/icons/plus';
import Scale from '@lucide/svelte/icons/scale';
import Settings from '@lucide/svelte/icons/settings';
import Table from '@lucide/svelte/icons/table-2';
import RunsPage from '../features/runs/RunsPage.svelte';
import { labs } from '../features/labs/labs.ts';
import type { PageName } from '../page/router.svelte.ts';
import type { Loader } from '../ui/loader.ts';

interface PageEntry {
  readonly label: string;
  /** On the rail; absent: it is not there. */
  readonly icon?: typeof Table;
  /** What it shows is of the address alone, or also of the id in it. */
  readonly shows: { readonly alone: Loader } | { readonly ofId: Loader<{ id: string }> };
  /** It is made anew for another id. */
  readonly anew?: true;
  /** Pages within it, by their ids, that the palette offers in its place. */
  readonly within?: readonly { readonly id: string; readonly title: string }[];
}

export const pages: Readonly<Record<PageName, PageEntry>> = {
  runs: { label: 'Runs', icon: Table, shows: { alone: () => Promise.resolve({ default: RunsPage }) } },
  run: { label: 'Run', shows: { ofId: () => import('../features/run/RunPage.svelte') }, anew: true },
  compare: {
    label: 'Compare',
    icon: ChartLine,
    shows: { ofId: () => import('../features/compare/ComparePage.svelte') },
    anew: true,
  },
  new: {
    label: 'New run',
    icon: Plus,
    shows: { alone: () => import('../features/new-run/NewRunPage.svelte') },
  },
  labs: {
    label: 'Labs',
    icon: FlaskConical,
    shows: { ofId: () => import('../features/labs/LabsPage.svelte') },
    within: labs,
  },
  ope: {
    label: 'Off-policy evaluation',
    icon: Scale,
    shows: { alone: () => import('../features/ope/OpePage.svelte') },
  },
  backends: {
    label: 'Backends',
    icon: Cpu,
    shows: { alone: () => import('../features/devices/DevicesPage.svelte') },
  },
  settings: {
    label: 'Settings',
    icon: Settings,
    shows: { alone: () => import('../features/settings/SettingsPage.svelte') },
  },
};

/** Those on the rail, in its order. */
export const railPages = (Object.entries(pages) as [PageName, PageEntry][]).flatMap(([name, page]) =>
  page.icon === undefined ? [] : [{ name, ...page, icon: page.icon }],
);
