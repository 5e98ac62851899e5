/**
 * Writes, fsyncs, truncations and renames below the data folder fail once, one a trial, with EIO and with ENOSPC:
 *   node test/stress/nth-writes.ts [--of-kind 6] [--kind <text>] [--lanes 2]
 * A kind is an operation on a file of one role, such as `fdatasync studio.sqlite-wal`. Of each kind as many calls of an undisturbed
 * run fail as `--of-kind` says, the first and the last among them; `--of-kind 100000` is every call, `--kind` leaves only kinds that
 * contain it. A trial runs a small run with that failure, then without failures `resume`s what did not complete. Needs Linux and
 * gcc, and says so where it cannot run.
 * Exit code 1 if any of these is not 0:
 *   differing  runs whose numbers, completed at once or after `resume`, are not those of the undisturbed run
 *   stuck      runs that could not be completed
 *   lying      runs called completed that are not, or live although their studio has ended by itself and another has opened the
 *              folder; commands that end well without a completed run
 *   torn       faults that check-store finds afterwards
 *   unlisted   runs that the page's list lacks afterwards
 *   bare       stack traces, or nothing, in place of a sentence
 * What the failing commands said is printed as well, each sentence once: whether a person is helped by it, only a person can tell.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { liveStates } from '../../src/shared/run.ts';
import { checkStore } from '../../src/studio/check-store.ts';
import { compareSeries } from '../../src/studio/files/compare.ts';
import { startCli, tempFolder } from '../support/cli.ts';
import { clocked } from '../support/clocked.ts';
import { callKind, readCalls, spread, writeCounter } from '../support/failing-writes.ts';
import { listFolder, snapshot, type Snapshot } from '../support/snapshots.ts';

const { values: options } = parseArgs({
  options: {
    'of-kind': { type: 'string', default: '6' },
    kind: { type: 'string', default: '' },
    lanes: { type: 'string', default: '2' },
  },
});

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
const NO_FAULT: Fault = { nth: 0, errno: 0 };

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
  /** The call that failed, or without a fault every call, as the shim tells them. */
  readonly calls: readonly string[];
}

/** A command of the studio on `dataDir`. */
async function command(args: readonly string[], dataDir: string, { nth, errno }: Fault): Promise<Ended> {
  const counter = writeCounter(tools.path);
  const { child, result } = startCli([...args, '--data-dir', dataDir], {
    env: {
      LD_PRELOAD: shim,
      NTH_DIR: dataDir,
      NTH_STATE: counter.state,
      NTH_LOG: counter.log,
      NTH_N: `${nth}`,
      NTH_ERRNO: `${errno}`,
      // Programs are read from it in half of the time, and nothing of it lies in the data folder.
      NODE_COMPILE_CACHE: join(tools.path, 'compiled'),
    },
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const { code, stderr } = await result;
  clearTimeout(patience);
  return { code, stderr, calls: readCalls(counter) };
}

const tally = {
  calls: 0,
  kinds: 0,
  trials: 0,
  notReached: 0,
  completed: 0,
  resumed: 0,
  nothingStored: 0,
  listed: 0,
};
const bad = { differing: 0, stuck: 0, lying: 0, torn: 0, unlisted: 0, bare: 0 };
const stories: string[] = [];
/** Trials by the kind of the call that failed: between runs of one job the order of calls differs a little. */
const failed: Record<string, number> = {};

/** Sentences of commands that did not end well, without what differs from trial to trial. */
const said = new Map<string, number>();

/** What a command that did not end well has said; undefined: nothing but that runs began. */
function sentenceOf({ code, stderr }: Ended, dataDir: string): string | undefined {
  const lines = stderr
    .split('\n')
    .filter((line) => /^gumbel-studio: |: (failed|interrupted|stopped)\b/.test(line));
  if (code === 0 || lines.length === 0) return undefined;
  return lines
    .join('\n  ')
    .replaceAll(dataDir, '<data>')
    .replace(/\b[a-z0-9]{8}(-\d\d)?\b(?=[ :/])/g, '<id>');
}

async function trial(fault: Fault, reference: Snapshot): Promise<void> {
  const folder = tempFolder();
  const dataDir = join(folder.path, 'data');
  let call = 'none';
  const tell = (what: keyof typeof bad, detail: string) => {
    bad[what] += 1;
    stories.push(`${what}: call ${fault.nth} (${call}), errno ${fault.errno}: ${detail.slice(-1500)}`);
  };
  const isSame = ({ series }: Snapshot) => compareSeries(reference.series, series, { ignore: clocked }).equal;
  try {
    const first = await command(JOB, dataDir, fault);
    tally.trials += 1;
    if (tally.trials % 20 === 0)
      process.stderr.write(`${tally.trials} of ${faults.length} ${JSON.stringify(bad)}\n`);
    if (first.calls[0] === undefined) tally.notReached += 1;
    else {
      call = callKind(first.calls[0], dataDir);
      failed[call] = (failed[call] ?? 0) + 1;
    }
    if (/^ {4}at /m.test(first.stderr)) tell('bare', first.stderr);
    const sentence = sentenceOf(first, dataDir);
    if (first.code !== 0 && sentence === undefined) tell('bare', `exit code ${first.code}\n${first.stderr}`);
    if (sentence !== undefined) said.set(sentence, (said.get(sentence) ?? 0) + 1);
    const seen = snapshot(dataDir);
    if (first.code === 0 && seen.run?.state !== 'completed') tell('lying', `exit code 0\n${first.stderr}`);
    if (seen.run?.state === 'completed') {
      tally.completed += 1;
      if (!isSame(seen)) tell('lying', 'completed with other numbers');
    } else if (seen.run === undefined) {
      tally.nothingStored += 1;
      const again = await command(JOB, dataDir, NO_FAULT);
      if (again.code !== 0) tell('stuck', `${first.stderr}\n${again.stderr}`);
      else if (!isSame(snapshot(dataDir))) tell('differing', 'begun anew');
    } else {
      const again = await command(['resume', seen.run.id], dataDir, NO_FAULT);
      const now = snapshot(dataDir);
      if (now.run !== undefined && liveStates.includes(now.run.state)) tell('lying', now.run.state);
      else if (now.run?.state !== 'completed') tell('stuck', `${first.stderr}\n${again.stderr}`);
      else if (!isSame(now)) tell('differing', `resumed from ${seen.run.state}\n${first.stderr}`);
      else tally.resumed += 1;
    }
    for (const { message } of checkStore(dataDir)) tell('torn', message);
    const { listed, unlisted } = await listFolder(dataDir);
    tally.listed += listed;
    for (let run = 0; run < unlisted; run++) tell('unlisted', first.stderr);
  } catch (error) {
    tell('bare', error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    folder.remove();
  }
}

const own = tempFolder();
const ownData = join(own.path, 'data');
const undisturbed = await command(JOB, ownData, NO_FAULT);
const reference = snapshot(ownData);
own.remove();
if (reference.run?.state !== 'completed')
  throw new Error(`the undisturbed run did not complete:\n${undisturbed.stderr}`);

const ofKind = Map.groupBy(
  undisturbed.calls.map((call, index) => ({ nth: index + 1, kind: callKind(call, ownData) })),
  ({ kind }) => kind,
);
tally.calls = undisturbed.calls.length;
tally.kinds = ofKind.size;
const counts = [...ofKind].map(([kind, calls]) => `${calls.length} ${kind}`);
process.stderr.write(`${tally.calls} calls: ${counts.join(', ')}\n`);
const faults = [...ofKind]
  .filter(([kind]) => kind.includes(options.kind))
  .flatMap(([, calls]) => spread(calls, Number(options['of-kind'])))
  .flatMap(({ nth }) => Object.values(ERRORS).map((errno): Fault => ({ nth, errno })));
let next = 0;
await Promise.all(
  Array.from({ length: Number(options.lanes) }, async () => {
    for (let fault = faults[next++]; fault !== undefined; fault = faults[next++]) {
      await trial(fault, reference);
    }
  }),
);
tools.remove();
process.stdout.write(`${JSON.stringify({ ...tally, ...bad, failed }, null, 2)}\n`);
for (const [sentence, times] of said) process.stderr.write(`${times} times: ${sentence}\n`);
for (const story of stories.slice(0, 30)) process.stderr.write(`${story}\n`);
process.exitCode = Object.values(bad).some((count) => count > 0) ? 1 : 0;
