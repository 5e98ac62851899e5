/** Tells of alerts on runs that train: those of one moment in one notice, however many runs raise them. */
import { counted } from '../../shared/counted.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { alertKinds, isOpen, type Alert } from '../../shared/health.ts';
import { liveStates } from '../../shared/run.ts';
import { router } from '../page/router.svelte.ts';
import { toasts } from '../page/toasts.svelte.ts';
import { runs } from './runs.svelte.ts';
import { studio } from './studio.svelte.ts';

/** Alerts of runs that are trained side by side come together. */
const GATHER_MS = 2500;

interface Raised {
  readonly run: RunSummary;
  readonly alerts: readonly Alert[];
}

export function watchHealth(): void {
  let gathered: Raised[] = [];
  let timer = 0;
  /** What was told of a run, or was there when the page first heard of it. */
  const known = new Map<string, number>();
  studio.subscribe((event) => {
    if (event.type === 'removed') for (const id of event.runs) known.delete(id);
    if (event.type !== 'run') return;
    const { run } = event;
    const before = known.get(run.id) ?? runs.get(run.id)?.alerts.length ?? 0;
    known.set(run.id, Math.max(before, run.alerts.length));
    const fresh = run.alerts.slice(before).filter(isOpen);
    if (fresh.length === 0 || !liveStates.includes(run.state)) return;
    gathered.push({ run, alerts: fresh });
    if (timer !== 0) return;
    timer = window.setTimeout(() => {
      const raised = gathered;
      [gathered, timer] = [[], 0];
      tell(raised);
    }, GATHER_MS);
  });
}

function tell(raised: readonly Raised[]): void {
  const [first] = raised;
  if (first === undefined) return;
  const ids = [...new Set(raised.map(({ run }) => run.id))];
  const alerts = raised.flatMap(({ alerts: some }) => some);
  const kinds = [...new Set(alerts.map(({ id }) => alertKinds[id].label))];
  if (ids.length === 1) {
    const [alert] = alerts;
    const more = alerts.length > 1 ? ` And ${counted(alerts.length - 1, 'more alert')}.` : '';
    toasts.info(`${first.run.name}: ${alert?.sentence ?? ''}${more}`, {
      label: 'Why?',
      run: () => router.go('run', first.run.id, { tab: 'health' }),
    });
    return;
  }
  toasts.info(`${counted(ids.length, 'run')} raised alerts: ${kinds.join(', ')}.`, {
    label: 'Show them',
    run: () => router.go('runs', '', { filter: 'alert:any' }),
  });
}
