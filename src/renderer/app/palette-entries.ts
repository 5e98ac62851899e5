/** What the command palette offers: pages, what can be done with what the page shows, help, presets, comparisons, runs. */
import { csvPath, MOST_DOWNLOADED, reportPath, runFilePath } from '../../shared/contract/http.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { pendingStates, resumableStates, type RunState } from '../../shared/run.ts';
import { catalog } from '../api/catalog.svelte.ts';
import { archive, steer, unarchive } from '../api/run-actions.ts';
import { runs } from '../api/runs.svelte.ts';
import { exportIds } from '../features/runs/export-ids.ts';
import { pickRunFile } from '../features/runs/pick-run-file.ts';
import { counted } from '../format/numbers.ts';
import { shortened } from '../format/shortened.ts';
import { download } from '../page/download.ts';
import { router } from '../page/router.svelte.ts';
import { theme } from '../page/theme.svelte.ts';
import { railPages } from './pages.ts';
import { startTour } from './tour.ts';

export interface Entry {
  readonly id: string;
  readonly label: string;
  /** What kind of thing it is. */
  readonly hint: string;
  run(): void;
}

/** Most important first. @param showShortcuts opens the list of shortcuts */
export function paletteEntries(showShortcuts: () => void): readonly Entry[] {
  const comparisons = new Map(runs.all.map((run) => [run.comparison, run.comparisonName]));
  return [
    ...pageEntries(),
    ...actions(subject()),
    {
      id: 'action:theme',
      label: theme.dark ? 'Use the light theme' : 'Use the dark theme',
      hint: 'Action',
      run: () => theme.toggle(),
    },
    { id: 'action:tour', label: 'Take the one-minute tour of the studio', hint: 'Help', run: startTour },
    { id: 'action:shortcuts', label: 'Keyboard shortcuts', hint: 'Help', run: showShortcuts },
    ...catalog.problems.flatMap((problem) =>
      problem.presets.map((preset) => ({
        id: `preset:${problem.id}/${preset.id}`,
        label: `${preset.label}, ${problem.label}`,
        hint: 'Preset',
        run: () => router.go('new', '', { problem: problem.id, preset: preset.id }),
      })),
    ),
    ...catalog.estimators.map(({ id, label }) => ({
      id: `help:${id}`,
      label: `${label}: formula, when it fails, source`,
      hint: 'Help',
      run: () => (router.page === 'new' ? router.set({ help: id }) : router.go('new', '', { help: id })),
    })),
    ...[...comparisons].map(([id, name]) => ({
      id: `compare:${id}`,
      label: shortened(name),
      hint: 'Comparison',
      run: () => router.go('compare', id),
    })),
    ...runs.all.map((run) => ({
      id: `run:${run.id}`,
      label: `${shortened(run.name)}, ${shortened(run.comparisonName)}`,
      hint: 'Run',
      run: () => router.go('run', run.id),
    })),
  ];
}

function pageEntries(): readonly Entry[] {
  return railPages.flatMap(({ name, label, within }) =>
    (within ?? [{ id: '', title: label }]).map(({ id, title }) => ({
      id: `page:${name}/${id}`,
      label: title,
      hint: 'Page',
      run: () => router.go(name, id),
    })),
  );
}

/** The runs that the page is about: its run, those of its comparison, those that are selected. */
function subject(): readonly RunSummary[] {
  const { page, id, query } = router;
  if (page === 'run') return runs.all.filter((run) => run.id === id);
  if (page === 'compare' && id !== '') return runs.all.filter((run) => run.comparison === id);
  const named = new Set((query[page === 'compare' ? 'runs' : 'selected'] ?? '').split(','));
  return page === 'compare' || page === 'runs' ? runs.all.filter((run) => named.has(run.id)) : [];
}

function actions(about: readonly RunSummary[]): readonly Entry[] {
  const all = about.length > 0 ? about : runs.all;
  const of = (some: readonly RunSummary[]) => {
    if (some.length === 1) return shortened(some[0]?.name ?? '');
    return about.length > 0 ? counted(some.length, 'run') : `all ${counted(some.length, 'run')}`;
  };
  /** Runs of scripts are theirs to steer. */
  const having = (...states: readonly RunState[]) =>
    all.filter(({ state, elsewhere }) => !elsewhere && states.includes(state));
  const ids = (some: readonly RunSummary[]) => some.map(({ id }) => id);
  const action = (id: string, label: string, run: () => void): Entry => ({
    id: `action:${id}`,
    label,
    hint: 'Action',
    run,
  });
  const steering = (
    [
      ['pause', 'Pause', having('running')],
      ['unpause', 'Continue', having('paused')],
      ['stop', 'Stop', having(...pendingStates)],
      // Old runs that were stopped are no business of whoever looks at something else.
      [
        'resume',
        'Resume',
        about.length === 0
          ? []
          : having(...resumableStates.filter((state) => !pendingStates.includes(state))),
      ],
    ] as const
  ).flatMap(([verb, word, some]) =>
    some.length === 0 ? [] : [action(verb, `${word} ${of(some)}`, () => steer(verb, ids(some)))],
  );
  return [
    ...steering,
    ...(about.length === 0 ? [] : withRuns(about, of(about), action)),
    action('import', 'Import run files', pickRunFile),
  ];
}

function withRuns(
  about: readonly RunSummary[],
  what: string,
  action: (id: string, label: string, run: () => void) => Entry,
): readonly Entry[] {
  const ids = about.map(({ id }) => id);
  const exported = exportIds(about, runs.all);
  const [first] = about;
  const ended = about.every(({ state }) => !pendingStates.includes(state));
  const archived = about.every(({ archivedAt }) => archivedAt !== null);
  return [
    ...(router.page === 'compare' || first === undefined
      ? []
      : [
          action(
            'compare',
            about.length === 1
              ? `Compare with the runs of ${shortened(first.comparisonName)}`
              : `Compare ${what}`,
            () =>
              about.length === 1
                ? router.go('compare', first.comparison)
                : router.go('compare', '', { runs: ids.join(',') }),
          ),
        ]),
    ...(about.length === 1 && first !== undefined
      ? [
          action('clone', `Clone ${what}`, () => router.go('new', '', { clone: first.id })),
          action('export-file', `Export ${what} as a run file`, () => download(runFilePath(first.id))),
        ]
      : []),
    ...(exported.length > MOST_DOWNLOADED
      ? []
      : [
          action('export-results', `Export the results of ${what} as CSV`, () =>
            download(csvPath('runs', exported)),
          ),
          action('export-curves', `Export the curves of ${what} as CSV`, () =>
            download(csvPath('series', exported)),
          ),
          action('export-latex', `Export the table of ${what} as LaTeX`, () =>
            download(reportPath('latex', exported)),
          ),
          action('export-html', `Export a report on ${what} as HTML`, () =>
            download(reportPath('html', exported)),
          ),
        ]),
    ...(archived
      ? [action('unarchive', `Restore ${what} from the archive`, () => unarchive(ids))]
      : ended
        ? [action('archive', `Archive ${what}`, () => archive(ids))]
        : []),
  ];
}
