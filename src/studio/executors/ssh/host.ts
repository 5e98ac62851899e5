/** A host as the user reaches it: by the system's ssh, with the user's own configuration and keys, and a script for its shell. */
import { Readable } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import { askProgram, lastComplaint, type Answer } from '../external-program.ts';

export interface SshSettings {
  /** Milliseconds for one call that carries no files. */
  readonly timeLimit?: number;
  /** Milliseconds for which a host that did not answer is left alone at first. */
  readonly leastRest?: number;
  /** Absent: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface HostCall {
  /** For a POSIX shell, in the home folder. */
  readonly script: string;
  /** What the script finds on its standard input. */
  readonly input?: Readable;
  /** Files are on their way, which takes as long as it takes: only a connection that is dead ends it. */
  readonly carriesFiles?: boolean;
  readonly onOutput?: (chunk: Buffer) => void;
  readonly signal?: AbortSignal | undefined;
}

const TIME_LIMIT = 60_000;
const FILES_TIME_LIMIT = 4 * 3_600_000;
const OPTIONS = [
  // No password is asked for; what a connection needs beyond keys is said.
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=15',
  'ServerAliveCountMax=3',
  'ClearAllForwardings=yes',
  // One that stays would hold the pipes of the first call. One that is there is used.
  'ControlMaster=no',
];
/** Exit code of ssh where there was no connection, or no longer. */
const NO_CONNECTION = 255;

/**
 * Runs a script on a host. What the script itself ends with is an answer.
 * @throws AppError external with one sentence that begins with the host's name; cancelled
 */
export async function onHost(host: string, call: HostCall, settings: SshSettings): Promise<Answer> {
  const { script, input, carriesFiles = false, onOutput, signal } = call;
  const { timeLimit = TIME_LIMIT, env } = settings;
  const text = Buffer.from(`cd || exit 1\n${script}`);
  // Read to the byte, so that whatever follows is left for the script; and in words that every login shell takes.
  const command = `sh -c 's=$(dd bs=1 count=${text.length} 2>/dev/null); eval "$s"'`;
  let answer: Answer;
  try {
    answer = await askProgram({
      program: 'ssh',
      args: ['-T', ...OPTIONS.flatMap((option) => ['-o', option]), '--', host, command],
      remedy: 'it comes with OpenSSH',
      timeLimit: carriesFiles ? FILES_TIME_LIMIT : timeLimit,
      input: Readable.from(inOrder(text, input)),
      ...(env && { env }),
      ...(onOutput && { onOutput }),
      signal,
    });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'external') throw error;
    throw new AppError('external', `${host}: ${error.message}`, { cause: error });
  }
  if (answer.code === NO_CONNECTION) throw new AppError('external', `${host}: ${whyNone(host, answer)}`);
  return answer;
}

async function* inOrder(first: Buffer, rest: Readable | undefined): AsyncIterable<Buffer> {
  yield first;
  if (rest !== undefined) yield* rest as AsyncIterable<Buffer>;
}

function whyNone(host: string, answer: Answer): string {
  const { stderr } = answer;
  if (/permission denied|no such identity|too many authentication failures/i.test(stderr)) {
    return `it accepts none of your keys, and the studio asks for no password; load your key with "ssh-add", or install it there with "ssh-copy-id ${host}"`;
  }
  if (/host key verification failed|identification has changed/i.test(stderr)) {
    return `its own key is not known here, or has changed; check with "ssh ${host}"`;
  }
  if (/could not resolve hostname/i.test(stderr)) return 'no host is known by this name; check ~/.ssh/config';
  return lastComplaint(answer) || 'the connection broke off';
}

/** @throws AppError external if the script did not end well */
export function requireDone(host: string, what: string, answer: Answer): void {
  if (answer.code === 0) return;
  throw new AppError('external', `${host}: ${what}: ${lastComplaint(answer) || `exit code ${answer.code}`}`);
}

/** Milliseconds for which a host that did not answer is left alone; each time twice as long. */
const LEAST_REST = 5000;
const MOST_REST = 300_000;

/** Of a host that does not answer. */
export class Silence {
  readonly #leastRest: number;
  #reason = '';
  #rest: number;
  #until = 0;

  constructor(leastRest = LEAST_REST) {
    this.#leastRest = leastRest;
    this.#rest = leastRest;
  }

  /** It can be asked, again or still. */
  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Until it answers; empty: it does. */
  get reason(): string {
    return this.#reason;
  }

  begin(reason: string): void {
    this.#reason = reason;
    this.#until = performance.now() + this.#rest;
    this.#rest = Math.min(2 * this.#rest, MOST_REST);
  }

  end(): void {
    this.#reason = '';
    this.#rest = this.#leastRest;
    this.#until = 0;
  }
}
