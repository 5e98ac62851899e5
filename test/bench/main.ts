/**
 * All benches, one after the other, each in a process of its own: `npm run bench [-- part ...]`. What they print goes to the
 * terminal; their figures, with the machine and the versions, also to bench/results.json.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeFileAtomicSync } from '../../src/node/atomic-file.ts';
import { packageRoot } from '../../src/node/programs.ts';
import { peerVersions } from './peers/environment.ts';
import { RESULTS_FILE, type BenchResult } from './results.ts';

const parts = [
  'step',
  'estimators',
  'auction-steps',
  'images',
  'off-policy',
  'models',
  'growth',
  'start',
  'store',
] as const;

function read(file: string): readonly BenchResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as BenchResult);
}

function git(...args: readonly string[]): string {
  const { error, stdout } = spawnSync('git', args, { cwd: packageRoot, encoding: 'utf8' });
  return error === undefined ? stdout.trim() : '';
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((part) => !(parts as readonly string[]).includes(part));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${parts.join(', ')}.`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
const failed: string[] = [];
const found: Record<string, readonly BenchResult[]> = {};
try {
  for (const part of parts) {
    if (chosen.length > 0 && !chosen.includes(part)) continue;
    console.info(`\n# ${part}`);
    const results = join(folder, part);
    const program = fileURLToPath(new URL(`${part}/main.ts`, import.meta.url));
    const { status } = spawnSync(process.execPath, [program], {
      stdio: 'inherit',
      env: { ...process.env, [RESULTS_FILE]: results },
    });
    if (status !== 0) failed.push(part);
    found[part] = read(results);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const processor = cpus();
const answer = {
  at: new Date().toISOString(),
  commit: `${git('rev-parse', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' and changes'}`,
  machine: {
    processor: processor[0]?.model.trim() ?? 'unknown',
    cores: processor.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    load: loadavg()[0],
  },
  versions: { node: process.versions.node, v8: process.versions.v8, ...peerVersions() },
  failed,
  results: found,
};
mkdirSync(join(packageRoot, 'bench'), { recursive: true });
writeFileAtomicSync(join(packageRoot, 'bench', 'results.json'), `${JSON.stringify(answer, null, 2)}\n`);
if (failed.length > 0) console.error(`These benches failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
