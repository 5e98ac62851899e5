/**
 * What starts cost: processor time of a command and all processes that it starts, from the sources and from the bundles
 * (docs/adr/0018), in turns. `node test/bench/start/main.ts [rounds]`; Linux, as it reads /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { INPUTS_FILE, packageRoot, PROGRAMS_FOLDER, programSources } from '../../../src/node/programs.ts';
import { COMMAND_LINE } from '../../support/programs.ts';
import { record, spreadOf } from '../results.ts';
import { childrenTime } from '../step/contest.ts';

const rounds = Number(process.argv[2] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
const inputs = join(packageRoot, PROGRAMS_FOLDER, INPUTS_FILE);
const smoke = ['run', '--preset', 'gaussian-smoke', '--seeds', '1,', '--backend', 'cpu', '--set', 'steps=20'];

/** Of the benchmark alone: what is remembered of the machine is found out in the round that does not count. */
process.env['GUMBEL_STUDIO_CACHE'] = join(folder, 'cache');

const commands: Readonly<Record<string, (name: string) => readonly string[]>> = {
  '--help': () => ['--help'],
  list: () => ['list', '--data-dir', join(folder, 'listed')],
  'a run of 20 steps': (name) => [...smoke, '--data-dir', join(folder, name)],
  'the same, auto as remembered': (name) => [
    ...smoke.map((word) => (word === 'cpu' ? 'auto' : word)),
    ...['--data-dir', join(folder, `${name}-auto`)],
  ],
  '12 runs of the smoke preset': (name) => [
    ...['run', '--preset', 'smoke', '--seeds', '6', '--backend', 'wasm'],
    ...['--data-dir', join(folder, `${name}-twelve`)],
  ],
  'serve, until it is ready': () => ['serve', '--json', '--data-dir', join(folder, 'served')],
};

async function timed(args: readonly string[], program = COMMAND_LINE, env = {}): Promise<number> {
  const before = childrenTime();
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...env },
  });
  if (args[0] === 'serve') child.stdout.once('data', () => child.kill('SIGINT'));
  else child.stdout.resume();
  await once(child, 'exit');
  return childrenTime() - before;
}

async function fromSources(args: readonly string[]): Promise<number> {
  renameSync(inputs, `${inputs}.aside`);
  try {
    const program = join(packageRoot, programSources.cli);
    return await timed(args, program, { NODE_DISABLE_COMPILE_CACHE: '1' });
  } finally {
    renameSync(`${inputs}.aside`, inputs);
  }
}

try {
  await timed([...smoke, '--data-dir', join(folder, 'listed')]);
  for (const [name, argsOf] of Object.entries(commands)) {
    const sources: number[] = [];
    const bundles: number[] = [];
    // One before that does not count: it fills the cache of compiled code.
    for (let round = 0; round <= rounds; round++) {
      const pair = [await fromSources(argsOf(`s${round}`)), await timed(argsOf(`b${round}`))] as const;
      if (round === 0) continue;
      sources.push(pair[0]);
      bundles.push(pair[1]);
    }
    const ratio = spreadOf(sources.map((seconds, i) => seconds / bundles[i]!));
    const [ours, theirs] = [spreadOf(bundles), spreadOf(sources)];
    console.log(
      `${name}: ${theirs.median.toFixed(2)} s from sources, ${ours.median.toFixed(2)} s from bundles; ratio ${ratio.median.toFixed(1)} (${ratio.low.toFixed(1)} to ${ratio.high.toFixed(1)})`,
    );
    const peer = { name: 'from sources', figure: theirs };
    record({ what: `Start: ${name}`, unit: 's of processor time', ours, peer, ratio });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
