import { svelte } from '@sveltejs/vite-plugin-svelte';
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
    plugins: [svelte()],
    // Fonts stay files: the page's policy allows no data: addresses.
    build: {
      minify: true,
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      // ECharts alone is 520 kB.
      chunkSizeWarningLimit: 800,
      cssCodeSplit: false,
      // One file for the frame with the first page, one a page, and one for what several pages share: each costs a request.
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              { name: 'frame', tags: ['$initial'], priority: 2 },
              { name: 'shared', test: /src\/(renderer|shared)|node_modules/, minShareCount: 2, priority: 1 },
            ],
          },
        },
      },
    },
  },
});
