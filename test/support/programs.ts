/** What tests start as processes: what users run, `bin/main.js`, and what that chooses. */
import { join } from 'node:path';
import { packageRoot } from '../../src/node/programs.ts';

export const COMMAND_LINE = join(packageRoot, 'bin/main.js');

/** Of a command line as in /proc or by ps: a trainer from its sources, or as bundled. */
export function isTrainer(command: string): boolean {
  return /\/trainer(\/main\.ts|\.js)[\0 ]/.test(command);
}
