import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { control, preventable, windows } from './control.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[/\\]$/, '');

class App extends EventEmitter {
  readonly isPackaged = false;
  readonly #paths = new Map<string, string>();
  readonly #ready = new Promise<void>((resolve) => setImmediate(resolve));

  enableSandbox(): void {
    control.sandboxed = true;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  getAppPath(): string {
    return ROOT;
  }

  setAppUserModelId(): void {
    // Of Windows only.
  }

  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set '${name}' path`);
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`the double knows no path ${name}`);
    return path;
  }

  requestSingleInstanceLock(): boolean {
    return control.firstInstance;
  }

  quit(): void {
    const event = preventable({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    for (const window of [...windows]) window.close();
    if (windows.length === 0) this.exit(0);
  }

  exit(code = 0): void {
    for (const window of [...windows]) window.destroy();
    control.exit(code);
  }
}

export const app = new App();
