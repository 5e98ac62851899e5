import { defineConfig } from 'vitest/config';

/**
 * conformance-tensorflow (`npm run test:tensorflow`): the engine's suites on TensorFlow's own library, and what concerns that backend
 * alone. Apart from the other projects, as it runs where `npm run setup:tensorflow` has been, and nowhere else.
 */
export default defineConfig({
  test: {
    name: 'conformance-tensorflow',
    include: ['test/conformance/**/*.test.ts', 'test/tensorflow/**/*.test.ts'],
    // Runs of one trainer go alone there (`canStackHere`), as test/conformance/seating.test.ts makes sure.
    exclude: ['test/conformance/together.test.ts'],
    globalSetup: ['test/support/needs-tensorflow.ts', 'test/support/build-programs.ts'],
    setupFiles: ['test/support/backend.ts'],
    env: { GUMBEL_TEST_BACKEND: 'tensorflow' },
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 300_000,
  },
});
