import { defineConfig } from 'electron-vite';
import manifest from './package.json' with { type: 'json' };

export default defineConfig({
  main: {},
  preload: {
    define: { STUDIO_VERSION: JSON.stringify(manifest.version) },
    build: {
      // A sandboxed preload script is one CommonJS file that can require nothing but electron.
      externalizeDeps: false,
      rolldownOptions: { output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    build: { modulePreload: { polyfill: false } },
  },
});
