/**
 * What Electron allows and the studio does not need, switched off. The numbers are those of Electron's security checklist
 * (https://www.electronjs.org/docs/latest/tutorial/security); test/e2e/desktop-hardening.test.ts proves each.
 */
import { app, session, type Session, type WebContents } from 'electron';
import { isOwnAddress, ORIGIN } from './origin.ts';

/** Before `ready`: every process of a page is sandboxed (4), and no web contents leaves its place (11 to 14). */
export function hardenApp(): void {
  app.enableSandbox();
  app.on('web-contents-created', (_event, contents) => confine(contents));
}

function confine(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  for (const type of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const) {
    contents.on(type as 'will-frame-navigate', (event) => {
      if (!event.isMainFrame || !isOwnAddress(event.url)) event.preventDefault();
    });
  }
}

/** Writing text to the clipboard is all that a page of ours may ask for: it copies commands and numbers. */
const GRANTED = 'clipboard-sanitized-write';

/** After `ready`: permissions (5) and the network (1) are denied. */
export function hardenSession(target: Session = session.defaultSession): void {
  target.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(permission === GRANTED && isMainFrame && isOwnAddress(requestingUrl)),
  );
  target.setPermissionCheckHandler(
    (_contents, permission, origin) => permission === GRANTED && isOwnAddress(origin),
  );
  target.setDevicePermissionHandler(() => false);
  target.setSpellCheckerEnabled(false);
  target.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }));
}

function isLocal(url: string): boolean {
  if (isOwnAddress(url) || url.startsWith(`blob:${ORIGIN}/`)) return true;
  // The inspector, which only an unpackaged program offers.
  return !app.isPackaged && url.startsWith('devtools://');
}
