/** The menu bar: standard roles, and the three things that are the studio's own. */
import { app, Menu, shell, type MenuItemConstructorOptions } from 'electron';

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

/** Everything that the studio ever opens in a browser, by id: no address comes from a page or a file (15). */
const documents = {
  gumbelSoftmax: {
    label: 'Gumbel-Softmax (Jang, Gu, Poole 2017)',
    url: 'https://arxiv.org/abs/1611.01144',
  },
  concrete: {
    label: 'The Concrete distribution (Maddison, Mnih, Teh 2017)',
    url: 'https://arxiv.org/abs/1611.00712',
  },
  straightThrough: {
    label: 'Straight-through (Bengio, Léonard, Courville 2013)',
    url: 'https://arxiv.org/abs/1308.3432',
  },
  reinforce: {
    label: 'REINFORCE (Williams 1992)',
    url: 'https://doi.org/10.1007/BF00992696',
  },
} as const;

type DocumentId = keyof typeof documents;

function openDocument(id: DocumentId): void {
  // Without a browser there is nothing to be done about it here.
  shell.openExternal(documents[id].url).catch(() => undefined);
}
