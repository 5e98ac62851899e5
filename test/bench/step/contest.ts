/** Programs that take turns on one core, block by block, so that what else the machine does hits all of them. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { python } from '../peers/environment.ts';
import { median, record, spreadOf } from '../results.ts';

const shared = fileURLToPath(new URL('../peers/', import.meta.url));

export interface Contestant {
  readonly name: string;
  /** Runs a block of steps and returns its milliseconds a step. */
  block(): Promise<number>;
  end(): void;
}

/** Processor milliseconds of this process. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Processor seconds of processes that this one started and that have ended, and of theirs: fields 16 and 17 of proc(5), in hundredths. */
export function childrenTime(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15);
  return (Number(user) + Number(system)) / 100;
}

/**
 * A program that first prints one line about itself, and then for each line it reads one that starts with milliseconds a step.
 * @throws Error if it ends before
 */
export async function lineProgram(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Contestant> {
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(program, args, {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${[program, ...args].join(' ')} ended early`);
    return value;
  };
  const name = await read();
  const block = async (): Promise<number> => {
    child.stdin.write('\n');
    return Number.parseFloat(await read());
  };
  return { name, block, end: () => child.stdin.end() };
}

/** A script of the peers' Python on one thread. */
export async function pytorch(
  script: URL,
  args: readonly string[],
  warmUpBlocks: number,
): Promise<Contestant> {
  // PYTHONPATH: peer.py is what these programs share.
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', PYTHONPATH: shared };
  const contestant = await lineProgram(python, [fileURLToPath(script), ...args], env);
  if (!/openblas|mkl|blis|its own/.test(contestant.name)) {
    console.info(
      'PyTorch runs on the reference BLAS here; apt-get install libopenblas0-pthread gives it its usual speed.',
    );
  }
  for (let i = 0; i < warmUpBlocks; i++) await contestant.block();
  return contestant;
}

/**
 * Lets them take turns; the first is ours, and every other is printed and recorded with its time in units of ours, block by block.
 * @param what they do, for the record
 * @returns the median milliseconds a step of each
 */
export async function compete(
  what: string,
  contestants: readonly Contestant[],
  blocks: number,
): Promise<number[]> {
  const times = contestants.map((): number[] => []);
  for (let i = 0; i < blocks; i++) {
    for (const [which, contestant] of contestants.entries()) times[which]!.push(await contestant.block());
  }
  for (const [which, { name }] of contestants.entries()) {
    const figure = spreadOf(times[which]!);
    const ratio = spreadOf(times[which]!.map((time, i) => time / times[0]![i]!));
    const [middle, low, high] = [ratio.median, ratio.low, ratio.high].map((one) => one.toFixed(2));
    const beside = which === 0 ? '' : `, ${middle} times our time (${low} to ${high} by block)`;
    console.info(`${name}: ${figure.median.toFixed(2)} ms (${figure.low.toFixed(2)}) a step${beside}`);
    if (which > 0)
      record({ what, unit: 'ms a step', ours: spreadOf(times[0]!), peer: { name, figure }, ratio });
    else if (contestants.length === 1) record({ what, unit: 'ms a step', ours: figure });
  }
  for (const contestant of contestants) contestant.end();
  return times.map(median);
}
