/** The page of this version: it says what it is, and where the program is used. */
import type { StudioBridge } from '../shared/bridge.ts';

declare global {
  interface Window {
    readonly gumbelStudio: StudioBridge;
  }
}

document.querySelector('#version')?.append(window.gumbelStudio.version);
