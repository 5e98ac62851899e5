/** Version of the package, put in by the build (electron.vite.config.ts). */
declare const STUDIO_VERSION: string;

/** Of the page's window, what the preload script uses: this folder compiles without the DOM's types. */
declare const window: {
  readonly location: { readonly origin: string };
  addEventListener(
    type: 'message',
    listener: (event: {
      readonly data: unknown;
      readonly source: unknown;
      readonly origin: string;
      /** MessagePorts. */
      readonly ports: readonly object[];
    }) => void,
  ): void;
  postMessage(message: unknown, targetOrigin: string): void;
};
