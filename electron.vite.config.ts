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
      // One chunk, about 560 kB gzip and half of it ECharts, from this machine.
      chunkSizeWarningLimit: 2000,
    },
  },
});
