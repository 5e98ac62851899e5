/** What the system is told about runs: notifications when they end, progress on dock and taskbar, no sleep meanwhile. */
import { app, BrowserWindow, Notification, powerSaveBlocker } from 'electron';
import type { RunSummary } from '../shared/contract/run-summary.ts';
import { pendingStates, type RunState } from '../shared/run.ts';
import { summaryOf } from '../studio/live/run-summary.ts';
import type { Studio } from '../studio/studio.ts';
import { showWindow } from './windows.ts';

/** Runs that end within this time are told in one notification. */
const GATHER_MS = 1000;

interface Watched {
  readonly state: RunState;
  readonly step: number;
  readonly steps: number;
}

export function watchRuns(studio: Studio): void {
  /** Runs of this stretch of work: since something last began after nothing ran. */
  const watched = new Map<string, Watched>();
  const system = new SystemSigns();
  let ended: RunSummary[] = [];
  let timer: NodeJS.Timeout | undefined;

  const tell = () => {
    timer = undefined;
    notify(ended);
    ended = [];
  };
  const take = (run: RunSummary) => {
    const before = watched.get(run.id);
    const goesOn = pendingStates.includes(run.state);
    if (before === undefined && !goesOn) return;
    watched.set(run.id, run);
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

/** Nobody needs to be told what they are looking at. That a system shows no notifications is normal. */
function notify(runs: readonly RunSummary[]): void {
  const [first] = runs;
  if (first === undefined || !Notification.isSupported()) return;
  if (BrowserWindow.getFocusedWindow() !== null) return;
  const states = Object.entries(Object.groupBy(runs, ({ state }) => state));
  const one = runs.length === 1;
  const notification = new Notification({
    title: one ? `${first.name}: ${first.state}` : `${runs.length} runs ended`,
    body: one ? first.reason : states.map(([state, some]) => `${some.length} ${state}`).join(', '),
    silent: true,
  });
  const place = one ? `#/run/${first.id}` : `#/compare/${first.comparison}`;
  notification.on('click', () => showWindow(place));
  notification.on('failed', () => undefined);
  notification.show();
  if (process.platform === 'darwin') app.dock?.bounce('informational');
}
