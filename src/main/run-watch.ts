/** What the system is told about runs: notifications when they end or their health raises an alert, progress on dock and taskbar, no sleep meanwhile. */
import { app, BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { RunSummary } from '../shared/contract/run-summary.ts';
import { alertKinds, collapseSentence, isOpen } from '../shared/health.ts';
import { pendingStates, type RunState } from '../shared/run.ts';
import { summaryOf } from '../studio/live/run-summary.ts';
import type { Studio } from '../studio/studio.ts';
import { showWindow } from './windows.ts';

/** Runs that end, or raise alerts, within this time are told in one notification. */
const GATHER_MS = 1000;

interface Watched {
  readonly state: RunState;
  readonly step: number;
  readonly steps: number;
  readonly alerts: RunSummary['alerts'];
}

export function watchRuns(studio: Studio): void {
  /** Runs of this stretch of work: since something last began after nothing ran. */
  const watched = new Map<string, Watched>();
  const system = new SystemSigns();
  let ended: RunSummary[] = [];
  const ailing = new Map<string, RunSummary>();
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    notify(ended);
    // Who is told that a run ended needs not be told what ailed it.
    for (const { id } of ended) ailing.delete(id);
    notifyAlerts([...ailing.values()]);
    ended = [];
    ailing.clear();
  };
  const take = (run: RunSummary) => {
    const before = watched.get(run.id);
    const goesOn = pendingStates.includes(run.state);
    if (before === undefined && !goesOn) return;
    watched.set(run.id, run);
    if (goesOn && run.alerts.length > (before?.alerts.length ?? 0) && run.alerts.some(isOpen)) {
      ailing.set(run.id, run);
      timer ??= setTimeout(tell, GATHER_MS);
    }
    if (before === undefined || goesOn || !pendingStates.includes(before.state)) return;
    ended.push(run);
    timer ??= setTimeout(tell, GATHER_MS);
  };
  const show = () => {
    const all = [...watched.values()];
    const live = all.some(({ state }) => pendingStates.includes(state));
    if (!live) watched.clear();
    const [done, total] = all.reduce(([a, b], { step, steps }) => [a + step, b + steps] as const, [0, 0]);
    system.show(live, total === 0 ? 0 : done / total);
  };
  void (async () => {
    for await (const event of studio.feed.read(null)) {
      if (event.type === 'run') take(event.run);
      else if (event.type === 'removed') for (const id of event.runs) watched.delete(id);
      else if (event.type === 'progress') {
        for (const { id, step, steps } of event.runs) {
          const old = watched.get(id);
          if (old !== undefined) watched.set(id, { ...old, step, steps });
        }
      } else if (event.type === 'resync') {
        for (const id of [...watched.keys()]) take(summaryOf(studio.store, id));
      }
      show();
    }
    // The studio is closed.
    clearTimeout(timer);
    system.show(false, 0);
  })();
}

class SystemSigns {
  #blocker: number | undefined;

  show(live: boolean, fraction: number): void {
    for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(live ? fraction : -1);
    if (live) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = undefined;
    }
  }
}

function notify(runs: readonly RunSummary[]): void {
  const [first] = runs;
  if (first === undefined) return;
  const states = Object.entries(Object.groupBy(runs, ({ state }) => state));
  const one = runs.length === 1;
  const collapsed = collapseSentence(first.alerts) ?? first.reason;
  show(
    one ? `${first.name}: ${first.state}` : `${runs.length} runs ended`,
    one ? collapsed : states.map(([state, some]) => `${some.length} ${state}`).join(', '),
    one ? `#/run/${first.id}` : `#/compare/${first.comparison}`,
  );
}

function notifyAlerts(runs: readonly RunSummary[]): void {
  const [first] = runs;
  if (first === undefined) return;
  const kinds = new Set(
    runs.flatMap(({ alerts }) => alerts.filter(isOpen).map(({ id }) => alertKinds[id].label)),
  );
  const one = runs.length === 1;
  show(
    one ? first.name : `${runs.length} runs raised alerts`,
    one ? (first.alerts.findLast(isOpen)?.sentence ?? '') : [...kinds].join(', '),
    one ? `#/run/${first.id}?tab=health` : '#/runs?filter=alert%3Aany',
  );
}

/** Nobody needs to be told what they are looking at. That a system shows no notifications is normal. */
function show(title: string, body: string, place: string): void {
  if (!Notification.isSupported() || BrowserWindow.getFocusedWindow() !== null) return;
  const notification = new Notification({ title, body, silent: true });
  notification.on('click', () => showWindow(place));
  notification.on('failed', () => undefined);
  notification.show();
  if (process.platform === 'darwin') app.dock?.bounce('informational');
}
