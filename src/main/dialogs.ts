/** What the window says and asks outside its page. */
import { BrowserWindow, dialog, type MessageBoxOptions } from 'electron';

/** Something went wrong: what, and the sentence of the error. */
export async function say(what: string, error: unknown): Promise<void> {
  const detail = error instanceof Error ? error.message : String(error);
  await ask({ type: 'error', message: what, detail, buttons: ['OK'] });
}

/** The number of the button; over the window in use, where there is one. */
export async function ask(options: MessageBoxOptions): Promise<number> {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return response;
}
