/**
 * Every write, fsync, truncation and rename below the data folder fails once, one a trial, with EIO and with ENOSPC:
 *   node test/stress/nth-writes.ts [--every 1] [--from 1] [--lanes 2] [--most 100000]
 * (`--every 10`: only each tenth.) A trial runs a small run with that failure, then without failures `resume`s what did not complete.
 * Needs Linux and gcc, and says so where it cannot run. Exit code 1 if any of these is not 0:
 *   differing  runs whose numbers, completed at once or after `resume`, are not those of the undisturbed run
 *   stuck      runs that could not be completed
 *   lying      runs called completed that are not, or live although their studio has ended by itself and another has opened the folder
 *   torn       faults that check-store finds afterwards
 *   bare       stack traces in place of a sentence
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { liveStates, type RunRecord } from '../../src/shared/run.ts';
import { checkStore } from '../../src/studio/check-store.ts';
import { compareSeries } from '../../src/studio/files/compare.ts';
import { openReadableStore } from '../../src/studio/store/open.ts';
import type { Series } from '../../src/studio/store/types.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { tempFolder } from '../support/cli.ts';

const { values: options } = parseArgs({
  options: {
    every: { type: 'string', default: '1' },
    from: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '2' },
    most: { type: 'string', default: '100000' },
  },
});

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const SOURCE = fileURLToPath(new URL('nth-write.c', import.meta.url));
const ERRORS = { EIO: 5, ENOSPC: 28 } as const;
/** A run that cannot end in this time is stuck. */
const PATIENCE_MS = 180_000;
const JOB = [
  ...['run', '--preset', 'gaussian-smoke', '--seeds', '1,', '--backend', 'cpu', '--set', 'steps=60'],
  ...['--set', 'logEvery=10', '--set', 'checkpointSeconds=0.05'],
];

const tools = tempFolder();
const shim = join(tools.path, 'nth-write.so');
try {
  execFileSync('gcc', ['-shared', '-fPIC', '-O1', '-o', shim, SOURCE, '-ldl'], { stdio: 'pipe' });
} catch (error) {
  process.stdout.write(
    `not run: the failing writes need Linux and gcc (${String(error).split('\n')[0] ?? ''})\n`,
  );
  process.exit(0);
}

interface Fault {
  readonly nth: number;
  readonly errno: number;
}

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  /** Calls counted, and failures made. */
  readonly calls: number;
  readonly failures: number;
}

/** A command of the studio on `dataDir`, with a failure or (nth 0) only counted. */
async function command(args: readonly string[], dataDir: string, fault: Fault): Promise<Ended> {
  const state = join(tools.path, `state-${Math.random()}`);
  writeFileSync(state, Buffer.alloc(8));
  const child = spawn(process.execPath, [MAIN, ...args, '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      LD_PRELOAD: shim,
      NTH_DIR: dataDir,
      NTH_STATE: state,
      NTH_N: `${fault.nth}`,
      NTH_ERRNO: `${fault.errno}`,
    },
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(patience);
  const counts = readFileSync(state);
  return { code, stderr, calls: counts.readUInt32LE(0), failures: counts.readUInt32LE(4) };
}

interface Snapshot {
  readonly run: RunRecord | undefined;
  readonly series: Readonly<Record<string, Series>>;
}

function snapshot(dataDir: string): Snapshot {
  let store;
  try {
    store = openReadableStore(join(dataDir, STORE_FILE));
  } catch {
    return { run: undefined, series: {} };
  }
  try {
    const opened = store;
    const [run] = opened.runs();
    if (run === undefined) return { run, series: {} };
    const names = opened.series(run.id).map(({ name }) => name);
    return { run, series: Object.fromEntries(names.map((name) => [name, opened.readSeries(run.id, name)])) };
  } finally {
    store.close();
  }
}

const tally = { calls: 0, trials: 0, notReached: 0, completed: 0, resumed: 0, nothingStored: 0 };
const bad = { differing: 0, stuck: 0, lying: 0, torn: 0, bare: 0 };
const stories: string[] = [];

async function trial(fault: Fault, reference: Snapshot['series']): Promise<void> {
  const folder = tempFolder();
  const dataDir = join(folder.path, 'data');
  const tell = (what: keyof typeof bad, detail: string) => {
    bad[what] += 1;
    stories.push(`${what}: call ${fault.nth}, errno ${fault.errno}: ${detail.slice(-600)}`);
  };
  const isSame = ({ series }: Snapshot) => compareSeries(reference, series, { ignore: ['seconds'] }).equal;
  try {
    const first = await command(JOB, dataDir, fault);
    tally.trials += 1;
    if (first.failures === 0) tally.notReached += 1;
    if (/^ {4}at /m.test(first.stderr)) tell('bare', first.stderr);
    const seen = snapshot(dataDir);
    if (seen.run?.state === 'completed') {
      tally.completed += 1;
      if (!isSame(seen)) tell('lying', 'completed with other numbers');
    } else if (seen.run === undefined) {
      tally.nothingStored += 1;
      const again = await command(JOB, dataDir, { nth: 0, errno: 0 });
      if (again.code !== 0) tell('stuck', again.stderr);
      else if (!isSame(snapshot(dataDir))) tell('differing', 'begun anew');
    } else {
      const again = await command(['resume', seen.run.id], dataDir, { nth: 0, errno: 0 });
      const now = snapshot(dataDir);
      if (now.run !== undefined && liveStates.includes(now.run.state)) tell('lying', now.run.state);
      else if (now.run?.state !== 'completed') tell('stuck', `${first.stderr}\n${again.stderr}`);
      else if (!isSame(now)) tell('differing', `resumed from ${seen.run.state}`);
      else tally.resumed += 1;
    }
    for (const { message } of checkStore(dataDir)) tell('torn', message);
  } catch (error) {
    tell('bare', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    folder.remove();
  }
}

const own = tempFolder();
const undisturbed = await command(JOB, join(own.path, 'data'), { nth: 0, errno: 0 });
const reference = snapshot(join(own.path, 'data'));
own.remove();
if (reference.run?.state !== 'completed')
  throw new Error(`the undisturbed run did not complete:\n${undisturbed.stderr}`);
tally.calls = undisturbed.calls;

const faults = Array.from({ length: undisturbed.calls }, (_, index) => index + 1)
  .filter((nth) => nth >= Number(options.from) && (nth - Number(options.from)) % Number(options.every) === 0)
  .flatMap((nth) => Object.values(ERRORS).map((errno): Fault => ({ nth, errno })))
  .slice(0, Number(options.most));
let next = 0;
await Promise.all(
  Array.from({ length: Number(options.lanes) }, async () => {
    for (let fault = faults[next++]; fault !== undefined; fault = faults[next++]) {
      await trial(fault, reference.series);
      if (tally.trials % 20 === 0) process.stderr.write(`${tally.trials} of ${faults.length}\n`);
    }
  }),
);
tools.remove();
process.stdout.write(`${JSON.stringify({ ...tally, ...bad }, null, 2)}\n`);
for (const story of stories.slice(0, 30)) process.stderr.write(`${story}\n`);
process.exitCode = Object.values(bad).some((count) => count > 0) ? 1 : 0;
