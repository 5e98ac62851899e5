/* The command line, for Node 26: its bundle where that is what the sources say, else the sources (src/cli/start.ts decides). */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// An older one takes these sources or does arithmetic that they cannot rely on: docs/adr/0025.
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const needed = Number.parseInt(manifest.dependencies.node.replace(/^\D*/, ''), 10);
if (Number.parseInt(process.versions.node, 10) < needed) {
  console.error(
    `Gumbel Studio runs on Node ${needed}, which npm ci brings along, and this is ${process.version}: start it with npx gumbel-studio.`,
  );
  process.exit(2);
}
// Not to be had of every older one, so that it must not be imported before.
const { enableCompileCache } = await import('node:module');
// V8's code of whatever this process loads, kept for the next one; without effect where the folder cannot be written.
enableCompileCache(fileURLToPath(new URL('../out/compiled', import.meta.url)));
const built = new URL('../out/programs/start.js', import.meta.url);
await import(existsSync(built) ? built.href : '../src/cli/start.ts');
