import { EventEmitter } from 'node:events';
import type { Download } from 'playwright-core';
import { control, preventable } from './control.ts';
import { meant } from './protocol.ts';

type RequestHandler = (
  contents: unknown,
  permission: string,
  answer: (granted: boolean) => void,
  details: { isMainFrame: boolean; requestingUrl: string },
) => void;
type CheckHandler = (contents: unknown, permission: string, origin: string) => boolean;
type BeforeRequest = (details: { url: string }, answer: (reply: { cancel: boolean }) => void) => void;

class Session extends EventEmitter {
  // Electron grants what nobody decides about.
  permissionRequest: RequestHandler = (_contents, _permission, answer) => answer(true);
  permissionCheck: CheckHandler = () => true;
  devicePermission: (details: object) => boolean = () => true;
  spellChecker = true;
  #beforeRequest: BeforeRequest = (_details, answer) => answer({ cancel: false });

  readonly webRequest = {
    onBeforeRequest: (handler: BeforeRequest) => {
      this.#beforeRequest = handler;
    },
  };

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: (details: object) => boolean): void {
    this.devicePermission = handler;
  }

  setSpellCheckerEnabled(enabled: boolean): void {
    this.spellChecker = enabled;
  }

  isCancelled(url: string): Promise<boolean> {
    return new Promise((resolve) => this.#beforeRequest({ url }, ({ cancel }) => resolve(cancel)));
  }

  /** A download as Electron tells of it; the save dialog is answered with `control.savePath`. */
  async take(download: Download): Promise<void> {
    const item = new DownloadItem(download);
    const event = preventable({});
    this.emit('will-download', event, item);
    if (event.defaultPrevented || control.savePath === null) {
      await download.cancel();
      item.emit('done', {}, 'cancelled');
      return;
    }
    item.path = control.savePath;
    await download.saveAs(item.path);
    item.emit('done', {}, 'completed');
  }
}

class DownloadItem extends EventEmitter {
  path = '';
  readonly #download: Download;

  constructor(download: Download) {
    super();
    this.#download = download;
  }

  getURL(): string {
    return meant(this.#download.url());
  }

  getFilename(): string {
    return this.#download.suggestedFilename();
  }

  setSaveDialogOptions(options: { readonly defaultPath?: string }): void {
    session.saveDialogs.push(options);
  }

  getSavePath(): string {
    return this.path;
  }
}

export const session = {
  defaultSession: new Session(),
  saveDialogs: [] as { readonly defaultPath?: string }[],
};
