/** The only door between the page and the rest: two messages pass it, nothing of Electron or Node does. */
import { contextBridge, ipcRenderer } from 'electron';
import { CONNECT, SHOW, type ShowMessage, type StudioBridge } from '../shared/bridge.ts';

const bridge: StudioBridge = { version: STUDIO_VERSION };
contextBridge.exposeInMainWorld('gumbelStudio', bridge);

window.addEventListener('message', ({ data, source, origin, ports }) => {
  const [port] = ports;
  if (source !== window || origin !== window.location.origin || data !== CONNECT) return;
  if (port !== undefined) ipcRenderer.postMessage(CONNECT, null, [port]);
});

ipcRenderer.on(SHOW, (_event, hash: string) => {
  const message: ShowMessage = { type: SHOW, hash };
  window.postMessage(message, window.location.origin);
});
