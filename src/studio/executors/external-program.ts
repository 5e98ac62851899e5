/** Programs of engines (squeue, sbatch, ssh): asked with a time limit and a bound on what they say, and never left behind. */
import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../shared/errors.ts';

export interface Call {
  readonly program: string;
  readonly args: readonly string[];
  /** What to do where it is not installed, as the rest of a sentence. */
  readonly remedy: string;
  /** Milliseconds; after them it is killed with whatever it has started. */
  readonly timeLimit: number;
  /** Bytes on standard output; with more it is killed too. */
  readonly mostOutput?: number;
  /** Absent: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
  /** What it reads on standard input; absent: nothing. */
  readonly input?: Readable;
  /** Takes standard output as it comes, in the place of the answer. What it throws ends the program, and is thrown. */
  readonly onOutput?: (chunk: Buffer) => void;
}

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  /** The end of it, bounded. */
  readonly stderr: string;
}

const MOST_OUTPUT = 64 * 2 ** 20;
const MOST_COMPLAINTS = 16 * 2 ** 10;

/**
 * Runs a program to its end. Any exit code is an answer.
 * @throws AppError `external` with one sentence if there is no answer: it is not installed, takes too long, says too much, or was
 * killed; `cancelled` if the signal says so
 */
export function askProgram(call: Call): Promise<Answer> {
  const { program, args, remedy, timeLimit, mostOutput = MOST_OUTPUT, env, signal, input, onOutput } = call;
  if (signal?.aborted === true) return Promise.reject(cancelled(program));
  return new Promise((resolve, reject) => {
    // A group of its own: sites wrap these commands in scripts, and what those start must go with them.
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      ...(env && { env }),
    });
    const said: Buffer[] = [];
    let bytes = 0;
    let complaints = '';
    let failure: Error | undefined;
    const end = (error: Error) => {
      failure ??= error;
      killGroup(child.pid);
      // What it has started may have left its group and hold its ends of the pipes.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    // Of one that ends before it has read everything its exit code tells.
    void pipeline(input ?? Readable.from([]), child.stdin).catch(() => undefined);
    const seconds = Math.max(1, Math.round(timeLimit / 1000));
    const timer = setTimeout(
      () => end(new AppError('external', `${program} did not answer within ${seconds} s`)),
      timeLimit,
    );
    const abort = () => end(cancelled(program));
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      if (onOutput !== undefined) {
        try {
          onOutput(chunk);
        } catch (error) {
          end(error as Error);
        }
        return;
      }
      bytes += chunk.length;
      if (bytes <= mostOutput) said.push(chunk);
      else end(new AppError('external', `${program} answered with more than ${mostOutput} bytes`));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      complaints = (complaints + chunk.toString('utf8')).slice(-MOST_COMPLAINTS);
    });
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      act();
    };
    child.on('error', (error) => settle(() => reject(failure ?? notStarted(program, remedy, error))));
    child.on('close', (code, killedBy) =>
      settle(() => {
        if (failure !== undefined) reject(failure);
        else if (code === null) {
          reject(new AppError('external', `${program} was ended by ${killedBy ?? 'a signal'}`));
        } else resolve({ code, stdout: Buffer.concat(said).toString('utf8'), stderr: complaints });
      }),
    );
  });
}

/** The last thing that a program complains of, without its name and the hint at its help; empty if it said nothing. */
export function lastComplaint({ stderr }: Answer): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('Try '));
  return (lines.at(-1) ?? '').replace(/^[\w.-]+: (?:(?:error|fatal): )?/, '').slice(0, 500);
}

function cancelled(program: string): AppError {
  return new AppError('cancelled', `the wait for ${program} was given up`);
}

function notStarted(program: string, remedy: string, error: Error): AppError {
  const missing = 'code' in error && error.code === 'ENOENT';
  const why = missing ? 'is not installed here' : `could not be started (${error.message})`;
  return new AppError('external', `${program} ${why}: ${remedy}`, { cause: error });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}
