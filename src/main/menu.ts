/** The menu bar: standard roles, and the three things that are the studio's own. */
import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { documents, openDocument, type DocumentId } from './documentation.ts';

export interface MenuActions {
  newRun(): void;
  newWindow(): void;
  openRunFile(): void;
}

export function setMenu(actions: MenuActions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(actions, process.platform)));
}

function menuTemplate(
  { newRun, newWindow, openRunFile }: MenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const separator: MenuItemConstructorOptions = { type: 'separator' };
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { id: 'new-run', label: 'New run', accelerator: 'CmdOrCtrl+N', click: newRun },
        {
          id: 'open-run-file',
          label: 'Open run file…',
          accelerator: 'CmdOrCtrl+O',
          click: openRunFile,
        },
        separator,
        {
          id: 'new-window',
          label: 'New window',
          accelerator: 'CmdOrCtrl+Shift+N',
          click: newWindow,
        },
        { role: 'close' },
        ...(isMac ? [] : [separator, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' } as const]),
        separator,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        separator,
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: Object.entries(documents).map(([id, { label }]) => ({
        id,
        label,
        click: () => openDocument(id as DocumentId),
      })),
    },
  ];
}
