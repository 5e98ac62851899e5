/** Bundles the programs once before the tests that start them as processes, where the sources have changed since. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/node/programs.ts';

/** Called by Vitest. @public */
export async function setup(): Promise<void> {
  // `npm run coverage` asks which sources are entered.
  if (process.env['GUMBEL_TEST_ENTERED'] !== undefined) return;
  await promisify(execFile)(process.execPath, [join(packageRoot, 'resources/make-programs.ts')]);
}
