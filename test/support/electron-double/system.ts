/** Dialogs, menus, notifications and other things of the system: a test answers and reads them through `control`. */
import { EventEmitter } from 'node:events';
import { control } from './control.ts';

interface BoxOptions {
  readonly message: string;
  readonly detail?: string;
  readonly buttons?: readonly string[];
}

export interface MenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly submenu?: readonly MenuItem[];
  readonly click?: () => void;
}

export const ipcMain = new EventEmitter();
export const powerMonitor = new EventEmitter();

let blockers = 0;

export const powerSaveBlocker = {
  start(): number {
    blockers += 1;
    control.sleepBlockers.add(blockers);
    return blockers;
  },
  stop(id: number): void {
    control.sleepBlockers.delete(id);
  },
};

export const shell = {
  openExternal(url: string): Promise<void> {
    control.openedOutside.push(url);
    return Promise.resolve();
  },
};

export const dialog = {
  showMessageBox(...given: readonly unknown[]): Promise<{ response: number }> {
    const { message, detail = '', buttons = [] } = given.at(-1) as BoxOptions;
    control.questions.push({ message, detail, buttons });
    return Promise.resolve({ response: Math.max(0, buttons.indexOf(control.answer)) });
  },
  showErrorBox(title: string, content: string): void {
    control.errorBoxes.push(`${title}: ${content}`);
  },
  showOpenDialog(): Promise<{ canceled: boolean; filePaths: string[] }> {
    const filePaths = control.chosenFiles;
    control.chosenFiles = [];
    return Promise.resolve({ canceled: filePaths.length === 0, filePaths });
  },
};

export const Menu = {
  application: [] as readonly MenuItem[],
  buildFromTemplate: (template: readonly MenuItem[]): readonly MenuItem[] => template,
  setApplicationMenu(menu: readonly MenuItem[]): void {
    Menu.application = menu;
  },
};

export class Notification extends EventEmitter {
  readonly title: string;
  readonly body: string;

  constructor({ title, body }: { readonly title: string; readonly body: string }) {
    super();
    this.title = title;
    this.body = body;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    control.notifications.push(this);
  }
}
