/** Steps a second of whole commands, one alone and two at once, by the clock, and the processor time that they take. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { COMMAND_LINE } from '../../support/programs.ts';
import { childrenTime } from '../step/contest.ts';

export interface Throughput {
  /** Of all commands together. */
  readonly stepsPerSecond: number;
  /** Processor seconds per second of the clock: cores that were kept busy. */
  readonly cores: number;
}

/**
 * Runs as many commands at once as there are folders.
 * @param args of each
 * @param steps that each trains
 */
export async function throughput(
  args: readonly string[],
  steps: number,
  folders: readonly string[],
): Promise<Throughput> {
  const [start, used] = [performance.now(), childrenTime()];
  await Promise.all(
    folders.map(async (folder) => {
      const child = spawn(process.execPath, [COMMAND_LINE, 'run', ...args, '--data-dir', folder], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      const exit = once(child, 'exit') as Promise<[number | null]>;
      const [said, [code]] = await Promise.all([text(child.stderr), exit]);
      if (code !== 0) throw new Error(`a command ended with ${code}:\n${said}`);
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  return { stepsPerSecond: (folders.length * steps) / seconds, cores: (childrenTime() - used) / seconds };
}
