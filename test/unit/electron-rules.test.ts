import { expect, it } from 'vitest';
import { lint } from '../support/lint.ts';

const FORBIDDEN = ['no-restricted-syntax'];

it.each([
  ['2', `make({ nodeIntegration: true });`],
  ['2', `make({ nodeIntegrationInWorker: setting });`],
  ['3', `make({ contextIsolation: false });`],
  ['4', `make({ sandbox: isSandboxed });`],
  ['4', `app.commandLine.appendSwitch('no-sandbox');`],
  ['6', `make({ webSecurity: false });`],
  ['8', `make({ allowRunningInsecureContent: true });`],
  ['9', `make({ experimentalFeatures: true });`],
  ['10', `make({ enableBlinkFeatures: 'CSSVariables' });`],
  ['11, 12', `make({ webviewTag: true });`],
  ['15', `import { shell } from 'electron';`],
  ['17', `import { ipcMain } from 'electron';`],
  ['18', `register({ bypassCSP: true });`],
  ['18', `window.loadFile('index.html');`],
  ['literal preferences', `make({ webPreferences: preferences });`],
  ['literal preferences', `make({ webPreferences: { ...preferences } });`],
])('%s: lint refuses %s', async (_item, line) => {
  expect(await lint('src/main/some.ts', line)).toEqual(FORBIDDEN);
});

it('each module that may do one thing may do no other', async () => {
  expect(await lint('src/main/ipc.ts', `import { ipcMain } from 'electron';`)).toEqual([]);
  expect(await lint('src/main/ipc.ts', `import { shell } from 'electron';`)).toEqual(FORBIDDEN);
  expect(await lint('src/main/documentation.ts', `import { shell } from 'electron';`)).toEqual([]);
  expect(await lint('src/main/documentation.ts', `import { ipcMain } from 'electron';`)).toEqual(FORBIDDEN);
  expect(await lint('src/main/some.ts', `make({ webPreferences: { sandbox: true } });`)).toEqual([]);
});
