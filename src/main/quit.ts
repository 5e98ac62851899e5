/** How the studio ends: at once if nothing runs, else as the person says. The last checkpoint is always on the disk. */
import { app, BrowserWindow, powerMonitor } from 'electron';
import type { Operation } from '../shared/contract/operations.ts';
import { pendingStates } from '../shared/run.ts';
import type { Studio } from '../studio/studio.ts';
import { ask } from './dialogs.ts';
import { unfinished } from './unfinished.ts';

/** For runs that a person has stopped to write their checkpoints. */
const PATIENCE_MS = 20_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const choices = ['Stop runs', 'Checkpoint and quit', 'Keep in background', 'Cancel'] as const;

export class Quitting {
  readonly #studio: Studio;
  readonly #shut: () => Promise<void>;
  readonly #onSignal = () => void this.#end();
  #asking = false;
  #ending = false;
  #inBackground = false;

  /** @param shut lets nobody in any more */
  constructor(studio: Studio, shut: () => Promise<void>) {
    this.#studio = studio;
    this.#shut = shut;
  }

  /** Takes over every way out of the program. */
  listen(): void {
    app.on('before-quit', (event) => {
      event.preventDefault();
      void this.#quit();
    });
    app.on('browser-window-created', (_event, window) => {
      this.#inBackground = false;
      window.on('close', (event) => {
        const isLast = BrowserWindow.getAllWindows().length === 1;
        // On macOS a program without windows goes on by itself.
        if (!isLast || process.platform === 'darwin' || this.#inBackground || this.#ending) return;
        if (unfinished(this.#live().length, this.#operations()) === '') return;
        event.preventDefault();
        void this.#quit();
      });
    });
    app.on('window-all-closed', () => {
      if (process.platform !== 'darwin' && !this.#inBackground && !this.#ending) void this.#quit();
    });
    // The system waits a moment, and not for an answer; nor does whoever sends a signal.
    powerMonitor.on('shutdown', () => void this.#end());
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  async #quit(): Promise<void> {
    if (this.#asking || this.#ending) return;
    this.#asking = true;
    try {
      const live = this.#live();
      const operations = this.#operations();
      const message = unfinished(live.length, operations);
      const choice = message === '' ? 'Checkpoint and quit' : await question(message, operations);
      if (choice === 'Keep in background') this.#goToBackground();
      else if (choice === 'Stop runs') {
        for (const id of live) this.#studio.queue.stop(id, 'stopped when the studio was closed');
        await Promise.race([this.#studio.queue.idle(), patience()]);
        await this.#end();
      } else if (choice === 'Checkpoint and quit') await this.#end();
    } finally {
      this.#asking = false;
    }
  }

  /** Windows close, runs go on; a second start opens a window again. */
  #goToBackground(): void {
    this.#inBackground = true;
    for (const window of BrowserWindow.getAllWindows()) window.close();
  }

  async #end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    for (const window of BrowserWindow.getAllWindows()) window.hide();
    try {
      await this.#shut();
      await this.#studio.close();
    } finally {
      for (const signal of SIGNALS) process.off(signal, this.#onSignal);
      app.exit(this.#studio.broken === '' ? 0 : 1);
    }
  }

  #operations(): readonly Operation[] {
    return this.#studio.operations.list.operations.filter(({ state }) => state === 'running');
  }

  #live(): readonly string[] {
    const { store, queue } = this.#studio;
    return store
      .runs({ states: pendingStates })
      .flatMap(({ id }) => (queue.stateOf(id) === undefined ? [] : [id]));
  }
}

async function question(
  message: string,
  operations: readonly Operation[],
): Promise<(typeof choices)[number]> {
  const kept = operations.some(({ kind }) => kind === 'start')
    ? ' Starts of comparisons can be continued.'
    : '';
  const lost = operations.some(({ kind }) => kind === 'solve')
    ? ' A solver ends with the studio, and its result is lost.'
    : '';
  const response = await ask({
    type: 'question',
    message,
    detail: `Stopped runs and runs with a checkpoint can be resumed.${kept}${lost} In the background, everything continues without a window; start Gumbel Studio again to see it.`,
    buttons: [...choices],
    defaultId: choices.indexOf('Checkpoint and quit'),
    cancelId: choices.indexOf('Cancel'),
    noLink: true,
  });
  return choices[response] ?? 'Cancel';
}

function patience(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}
