/** The only door between the page and the rest: nothing of Electron or Node passes it. */
import { contextBridge } from 'electron';
import type { StudioBridge } from '../shared/bridge.ts';

const bridge: StudioBridge = { version: STUDIO_VERSION };
contextBridge.exposeInMainWorld('gumbelStudio', bridge);
