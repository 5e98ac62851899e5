/** `npm run test:webgpu`: all tests of the webgpu backend; on a processor that plays a GPU they take some minutes. Without an adapter: exit code 2. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findAdapter, NO_ADAPTER } from './find-adapter.ts';

const adapter = findAdapter();
if (adapter === '') {
  process.stdout.write(`NOT RUN: the tests of the webgpu backend: ${NO_ADAPTER}\n`);
  process.exit(2);
}
process.stdout.write(`The webgpu backend on ${adapter}:\n`);
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--project', 'conformance-webgpu', ...process.argv.slice(2)],
  { env: { ...process.env, GUMBEL_TEST_WEBGPU: 'whole' }, stdio: 'inherit' },
);
process.exit(status ?? 1);
