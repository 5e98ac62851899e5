/** The way to the studio: in its own window over a MessagePort, in a browser over a WebSocket; the same contract on both. */
import { openBrowserLink } from './browser-link.ts';
import { isInWindow, openElectronLink } from './electron-link.ts';
import type { Link } from './link.ts';

/** @throws AppError `precondition` if this browser was never let in, `external` if the studio cannot be reached */
export function openLink(): Promise<Link> {
  return isInWindow() ? openElectronLink() : openBrowserLink();
}
