/**
 * Trains the sample flows that come with the studio: `node resources/make-flows.ts [folder]`. The folder is resources/flows
 * unless told otherwise; on wasm the same files, byte for byte. A few minutes.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../src/cli/main.ts');
const folder = process.argv[2] ?? join(import.meta.dirname, 'flows');
const dataDir = mkdtempSync(join(tmpdir(), 'gumbel-flows-'));

const small = ['--problem', 'bundle-flow', '--set', 'width=64', '--set', 'steps=3000'];
const flows: readonly (readonly [items: number, options: readonly string[]])[] = [
  [2, [...small, '--set', 'items=2']],
  [10, [...small, '--set', 'items=10']],
  [50, ['--problem', 'bundle-flow', '--preset', 'flow-quick']],
];

interface Answer {
  readonly runs?: readonly { readonly id: string }[];
}

function studio(args: readonly string[]): Answer {
  const options = [...args, '--json', '--data-dir', dataDir];
  const answer = execFileSync(process.execPath, ['--no-maglev', MAIN, ...options], { encoding: 'utf8' });
  return JSON.parse(answer) as Answer;
}

try {
  mkdirSync(folder, { recursive: true });
  for (const [items, options] of flows) {
    const { runs } = studio(['run', ...options, '--estimator', 'softmax', '--backend', 'wasm']);
    studio(['artefact', runs![0]!.id, '--out', join(folder, `flow-${items}.safetensors`)]);
  }
} finally {
  rmSync(dataDir, { recursive: true });
}
