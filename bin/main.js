/* The command line, for Node 24: its bundle where that is what the sources say, else the sources (src/cli/start.ts decides). */
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// V8's code of whatever this process loads, kept for the next one; without effect where the folder cannot be written.
enableCompileCache(fileURLToPath(new URL('../out/compiled', import.meta.url)));
const built = new URL('../out/programs/start.js', import.meta.url);
await import(existsSync(built) ? built.href : '../src/cli/start.ts');
