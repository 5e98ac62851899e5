/** The one way in which messages of a page are taken: the sender first, then the schema (17). */
import { ipcMain, type MessagePortMain, type WebContents, type WebFrameMain } from 'electron';
import type { z } from 'zod';
import { ORIGIN } from './origin.ts';

export interface PageMessage<T> {
  readonly sender: WebContents;
  readonly message: T;
  readonly ports: readonly MessagePortMain[];
}

/** Messages of anybody else, and of another shape, are dropped, and their ports closed. */
export function onPageMessage<T>(
  channel: string,
  schema: z.ZodType<T>,
  take: (message: PageMessage<T>) => void,
): void {
  ipcMain.on(channel, ({ sender, senderFrame, ports }, raw: unknown) => {
    const parsed = schema.safeParse(raw);
    if (isOwnMainFrame(senderFrame) && parsed.success) take({ sender, message: parsed.data, ports });
    else for (const port of ports) port.close();
  });
}

/** A frame that has navigated or been destroyed is null. */
function isOwnMainFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === ORIGIN;
}
