/** Memory of a trainer process along a training, from the kernel's own account of it; Linux, as it reads /proc. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openReadableStore } from '../../../src/studio/store/open.ts';
import { STORE_FILE } from '../../../src/studio/studio.ts';
import { COMMAND_LINE } from '../../support/programs.ts';

const EVERY_MS = 200;

export interface MemoryPoint {
  readonly step: number;
  readonly mebibytes: number;
}

/** Ids of processes that `parent` has started, and that these have. */
function descendants(parent: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => read(`/proc/${name}/stat`).split(') ')[1]?.split(' ')[1] === String(parent))
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Empty: the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function residentMebibytes(id: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${id}/status`))?.[1] ?? 0) / 1024;
}

function stepOf(dataDir: string): number {
  try {
    const store = openReadableStore(join(dataDir, STORE_FILE));
    const step = store.runs()[0]?.step ?? 0;
    store.close();
    return step;
  } catch {
    // The studio has not made it yet.
    return 0;
  }
}

/** Trains one run of the command line, and looks at its trainer, the largest process below it, again and again. */
export async function memoryAlong(args: readonly string[], dataDir: string): Promise<MemoryPoint[]> {
  const child = spawn(process.execPath, [COMMAND_LINE, 'run', ...args, '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  const points: MemoryPoint[] = [];
  while (child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const step = stepOf(dataDir);
    const mebibytes = Math.max(0, ...descendants(child.pid!).map(residentMebibytes));
    if (step > 0 && mebibytes > 0) points.push({ step, mebibytes });
  }
  await ended;
  return points;
}
