/**
 * Makes resources/results: the runs of one preset, trained here and now, which the empty Runs page shows to whoever wants to look at
 * results before training any. `node resources/make-results.ts`, after changes to the preset or to what training does; two minutes.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Small files, a story on every page: what was believed, what was earned, and a verdict. */
const PRESET = 'collapse';
const root = join(import.meta.dirname, '..');
const folder = join(import.meta.dirname, 'results');

const work = mkdtempSync(join(tmpdir(), 'gumbel-results-'));
try {
  const out = join(work, 'out');
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'bin/main.js'),
      ...['run', '--preset', PRESET, '--backend', 'wasm', '--name', 'Sample results: the collapse'],
      ...['--data-dir', join(work, 'data'), '--out', out],
    ],
    { stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`the runs ended with ${status}; the results are as they were`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of readdirSync(out).filter((file) => file.endsWith('.gsrun')))
    cpSync(join(out, name), join(folder, `${PRESET}-${name.slice(-'00.gsrun'.length)}`));
} finally {
  rmSync(work, { recursive: true, force: true });
}
