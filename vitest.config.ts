import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

/** `npm run test:webgpu` runs all; the other tests run the part that a processor, which plays the GPU in most places, is done with soon. */
const isWholeOfWebgpu = process.env['GUMBEL_TEST_WEBGPU'] === 'whole';
const WEBGPU_IN_BRIEF = ['test/webgpu/special-values.test.ts', 'test/webgpu/trouble.test.ts'];

/** Tests of processes and browsers wait more than they compute: half as many again at once keep the processor busy. */
const waiting = { maxWorkers: Math.ceil(1.5 * availableParallelism()), sequence: { groupOrder: 1 } };

/** expect.poll waits for what other processes do, however busy the machine is. */
const patient = { poll: { timeout: 60_000, interval: 100 } };

/** `npm run coverage` names a folder: the processes that tests start write there what they have loaded. */
const entered = process.env['GUMBEL_TEST_ENTERED'];

/**
 * unit: beside the sources, and what concerns the repository as a whole. conformance: the engine's suites, once on the cpu backend and once on wasm;
 * what trains whole models there (test/conformance/training) on wasm alone, as its estimators and kernels are tested on both.
 * conformance-webgpu: operations, estimators and training on a GPU, or on a processor that plays one, where there is either.
 * integration: real processes, real files. e2e: a real browser on the built page.
 */
export default defineConfig({
  test: {
    // Vitest would leave one core free, of two as of sixty-four.
    maxWorkers: '100%',
    sequence: { sequencer: LongestFirst },
    env: {
      // The hundreds of commands and trainers that the tests start are compiled once.
      NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules', '.cache', 'compiled'),
      // What a person has set up changes no test; npm run test:tensorflow is for it.
      GUMBEL_STUDIO_TENSORFLOW: join(import.meta.dirname, 'node_modules', '.cache', 'no-tensorflow'),
      ...(entered === undefined ? {} : { NODE_V8_COVERAGE: entered }),
    },
    projects: [
      {
        // State of pages (*.svelte.ts) as it is compiled without a page.
        plugins: [svelte()],
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/unit/**/*.test.ts'],
          // Their imports cost as much as they do: a worker keeps its modules from one file to the next.
          isolate: false,
          testTimeout: 60_000,
        },
      },
      ...['cpu', 'wasm'].map((backend) => ({
        test: {
          name: `conformance-${backend}`,
          include: ['test/conformance/**/*.test.ts'],
          exclude: backend === 'cpu' ? ['test/conformance/training/**'] : [],
          setupFiles: ['test/support/backend.ts'],
          env: { GUMBEL_TEST_BACKEND: backend },
          isolate: false,
          testTimeout: 120_000,
        },
      })),
      {
        test: {
          name: 'conformance-webgpu',
          include: isWholeOfWebgpu ? ['test/webgpu/**/*.test.ts'] : WEBGPU_IN_BRIEF,
          globalSetup: ['test/support/webgpu/find-adapter.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        test: {
          name: 'integration',
          ...waiting,
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/build-programs.ts', 'test/support/own-cache.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: patient,
        },
      },
      {
        test: {
          name: 'e2e',
          ...waiting,
          include: ['test/e2e/**/*.test.ts'],
          // src/main runs here unmodified.
          alias: { electron: `${import.meta.dirname}/test/support/electron-double/electron.ts` },
          globalSetup: [
            'test/support/build-page.ts',
            'test/support/build-programs.ts',
            'test/support/own-cache.ts',
          ],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect: patient,
        },
      },
    ],
  },
});
