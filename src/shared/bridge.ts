/**
 * What passes between Electron's window and its page beside the contract. On the page's `window.gumbelStudio` there is plain
 * data only; everything else is a message of its `window`, that the preload script passes on.
 */
export interface StudioBridge {
  readonly version: string;
}

/** Page to main: this message, with the port over which the page wants to speak the contract. */
export const CONNECT = 'gumbel-studio:connect';

/** Main to page: show this place. */
export const SHOW = 'gumbel-studio:show';

export interface ShowMessage {
  readonly type: typeof SHOW;
  /** The page's address from `#` on. */
  readonly hash: string;
}
