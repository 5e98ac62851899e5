/** Version of the package, put in by the build (electron.vite.config.ts). */
declare const STUDIO_VERSION: string;
