/** The programs that a set-up calls: which are missing, how they are run and ended, and what it means when one of them fails. */
import { spawn } from 'node:child_process';
import { AppError } from '../../src/shared/errors.ts';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

interface Tool extends Command {
  readonly name: string;
  readonly purpose: string;
  /** What a person does who lacks it. */
  readonly remedy: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Ends the program and what it has started. */
  readonly signal?: AbortSignal;
  /** Where standard output goes to a person: the progress of a download. */
  readonly shown?: boolean;
}

/** npm as it runs this script, else the one of the PATH. */
export function npmCommand(args: readonly string[]): Command {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('.js') === true) return { program: process.execPath, args: [script, ...args] };
  return { program: 'npm', args };
}

const python = { name: 'python3', purpose: 'the wheels are unpacked', remedy: 'apt-get install python3' };

const tools: readonly Tool[] = [
  {
    ...npmCommand(['--version']),
    name: 'npm',
    purpose: 'the binding is fetched',
    remedy: 'apt-get install npm',
  },
  { ...python, program: 'python3', args: ['--version'] },
  {
    program: 'python3',
    args: ['-m', 'pip', '--version'],
    name: 'pip',
    purpose: "TensorFlow's library is fetched",
    remedy: 'apt-get install python3-pip',
  },
  {
    program: 'g++',
    args: ['--version'],
    name: 'g++',
    purpose: 'the binding is compiled',
    remedy: 'apt-get install g++',
  },
];

/** One sentence for each tool that does not answer. */
export async function missingTools(env: NodeJS.ProcessEnv = process.env): Promise<readonly string[]> {
  const answers = await Promise.all(
    tools.map(async (tool) => {
      const answer = await answersTo(tool, env);
      return answer
        ? []
        : [
            `${tool.name} is missing, with which ${tool.purpose}: install it (on Debian and Ubuntu: ${tool.remedy}) and run the command again`,
          ];
    }),
  );
  return answers.flat();
}

export async function answersTo(command: Command, env: NodeJS.ProcessEnv = process.env): Promise<boolean> {
  const { failed } = await run(command, { env });
  return !failed;
}

interface Ending {
  readonly failed: boolean;
  /** Both streams, the last 20 kB of each. */
  readonly output: string;
}

/** Runs a program to its end, in a process group of its own, so that ending it ends its children too. */
export async function run({ program, args }: Command, options: RunOptions = {}): Promise<Ending> {
  const { cwd, env = process.env, signal, shown = false } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', shown ? 'inherit' : 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: string) => void (output = (output + chunk).slice(-40_000));
  child.stdout?.setEncoding('utf8').on('data', keep);
  child.stderr?.setEncoding('utf8').on('data', keep);
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal?.addEventListener('abort', end);
  const failed = await new Promise<boolean>((resolve) => {
    child.once('error', (error) => {
      keep(error.message);
      resolve(true);
    });
    child.once('close', (code) => resolve(code !== 0));
  });
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  return { failed, output };
}

/** @throws AppError saying why `what` ("the download of ...") failed */
export async function runOrThrow(what: string, command: Command, options: RunOptions = {}): Promise<void> {
  const { failed, output } = await run(command, options);
  if (failed) throw new AppError('external', whyFailed(what, output));
}

const causes: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i,
    'because the disk is full: free some space, or name a folder on another disk with --folder, and run the command again',
  ],
  [
    /DO NOT MATCH THE HASHES|EINTEGRITY/i,
    'because what was sent is not the file that this studio names by its checksum: try again, and if it stays so, ask whoever runs the mirror of the package registry',
  ],
  [
    /name resolution|Name or service not known|Failed to establish a new connection|Connection (?:refused|reset|aborted)|Network is unreachable|timed? ?out|ProxyError|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|SSLError|CERT_/i,
    "because the package registry cannot be reached: check the network (behind a proxy: HTTPS_PROXY, and pip's and npm's settings), and run the command again",
  ],
  [
    /No matching distribution found|Could not find a version|E404|ETARGET/i,
    'because the package registry does not have it: check whether pip and npm are set to a mirror that lacks it',
  ],
  [
    /Permission denied|EACCES|EROFS|Read-only file system/i,
    'because a folder cannot be written: name another one with --folder',
  ],
];

/** One sentence on a failed program, by what it printed. */
export function whyFailed(what: string, output: string): string {
  const cause = causes.find(([pattern]) => pattern.test(output));
  if (cause !== undefined) return `${what} failed ${cause[1]}`;
  const last = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:\[notice\]|npm warn)/i.test(line))
    .slice(-3)
    .join(' / ');
  return `${what} failed: ${last === '' ? 'the program ended without a word' : last}`;
}
