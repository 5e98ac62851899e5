#!/usr/bin/env node
/* Starts the command line on the Node 26 that comes with the package, whatever Node the machine has. */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const packageFolder = dirname(require.resolve('node/package.json'));
const node = join(packageFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const main = fileURLToPath(new URL('main.js', import.meta.url));

const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
// The child gets the terminal's Ctrl-C itself; this process only waits for it.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
