/** How a page in Electron's window reaches the studio: one MessagePort, that the preload script hands to the main process. */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { CONNECT, SHOW, type StudioBridge } from '../../shared/bridge.ts';
import type { Link } from './link.ts';

declare global {
  interface Window {
    /** Put there by the preload script; absent in a browser. */
    readonly gumbelStudio?: StudioBridge;
  }
}

export function isInWindow(): boolean {
  return window.gumbelStudio !== undefined;
}

export function openElectronLink(): Promise<Link> {
  const { port1: own, port2: theirs } = new MessageChannel();
  const closed = new Promise<void>((resolve) => own.addEventListener('close', () => resolve()));
  const client: Link['client'] = createORPCClient(new RPCLink({ port: own }));
  own.start();
  window.postMessage(CONNECT, window.location.origin, [theirs]);
  return Promise.resolve({ client, closed });
}

/** Goes where the main process asks to go: the menu's New run, a run file that was opened, a notification. */
export function followMain(): void {
  window.addEventListener('message', ({ data, source, origin }: MessageEvent<unknown>) => {
    if (source !== window || origin !== window.location.origin) return;
    if (typeof data !== 'object' || data === null || !('type' in data) || !('hash' in data)) return;
    if (data.type === SHOW && typeof data.hash === 'string') window.location.hash = data.hash;
  });
}
