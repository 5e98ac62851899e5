/** What the preload script puts on the page's `window.gumbelStudio`. */
export interface StudioBridge {
  readonly version: string;
}
