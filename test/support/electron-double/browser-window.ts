import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { control, preventable, windows } from './control.ts';
import { WebContents } from './web-contents.ts';

interface WindowOptions {
  readonly width: number;
  readonly height: number;
  readonly webPreferences: Readonly<Record<string, unknown>>;
}

const all: BrowserWindow[] = [];

export class BrowserWindow extends EventEmitter {
  static #focused: BrowserWindow | null = null;
  readonly webContents: WebContents;
  visible = false;
  #minimized = false;
  #size: [number, number];
  #destroyed = false;

  constructor({ width, height, webPreferences }: WindowOptions) {
    super();
    this.#size = [width, height];
    all.push(this);
    windows.push(this);
    this.webContents = new WebContents(webPreferences);
    app.emit('browser-window-created', {}, this);
  }

  static getAllWindows(): BrowserWindow[] {
    return [...all];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return BrowserWindow.#focused;
  }

  async loadURL(address: string): Promise<void> {
    await this.webContents.load(address);
    this.emit('ready-to-show');
  }

  show(): void {
    this.visible = true;
    BrowserWindow.#focused = this;
  }

  hide(): void {
    this.visible = false;
    this.blur();
  }

  focus(): void {
    BrowserWindow.#focused = this;
  }

  blur(): void {
    if (BrowserWindow.#focused === this) BrowserWindow.#focused = null;
  }

  minimize(): void {
    this.#minimized = true;
    this.blur();
  }

  isMinimized(): boolean {
    return this.#minimized;
  }

  restore(): void {
    this.#minimized = false;
  }

  getSize(): [number, number] {
    return this.#size;
  }

  /** As a person does by the frame. */
  resize(width: number, height: number): void {
    this.#size = [width, height];
    this.emit('resized');
  }

  setProgressBar(fraction: number): void {
    control.progress.push(fraction);
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  close(): void {
    const event = preventable({});
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.blur();
    all.splice(all.indexOf(this), 1);
    windows.splice(windows.indexOf(this), 1);
    void this.webContents.close().catch(() => undefined);
    this.emit('closed');
    if (all.length === 0) app.emit('window-all-closed');
  }
}
