/** What of a submission goes to a host: the specs and folders of its tasks, the input files that they name, and the worker, as one archive. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { fromFileError } from '../../../node/file-error.ts';
import { AppError } from '../../../shared/errors.ts';
import { INPUTS_FILE } from '../../../shared/task.ts';
import { readSpec, specPath, taskFolder } from '../task-folder.ts';
import { workerScript } from './scripts.ts';

const DIGEST_DIGITS = 16;

/** Files on their way. */
export interface Archive {
  readonly stream: Readable;
  /** Rejects if they could not be read: then what was sent is not whole. */
  readonly whole: Promise<void>;
  /** That have gone out so far. */
  bytes(): number;
}

/**
 * Sends a share of a submission.
 * @param send hands the archive on and resolves when it has arrived
 * @throws AppError validation if an input file is not there; disk-full, external; what `send` throws
 */
export async function sendShare(
  submission: string,
  tasks: readonly number[],
  send: (archive: Readable) => Promise<void>,
): Promise<void> {
  // Of links: nothing is copied here.
  const folder = join(submission, `sending-${tasks[0]}`);
  try {
    await rm(folder, { recursive: true, force: true });
    for (const name of ['specs', 'tasks', 'inputs']) await mkdir(join(folder, name), { recursive: true });
    const named = new Set<string>();
    for (const task of tasks) {
      for (const path of readSpec(specPath(submission, task)).inputs) named.add(path);
      await symlink(specPath(submission, task), join(folder, 'specs', `${task}.json`));
      await symlink(taskFolder(submission, task), join(folder, 'tasks', `${task}`));
    }
    await writeFile(join(folder, INPUTS_FILE), JSON.stringify(await linkInputs(folder, [...named])));
    await writeFile(join(folder, 'worker.sh'), workerScript);
    await writeFile(join(folder, 'list'), tasks.map((task) => `${task}\n`).join(''));
    const { stream, whole } = archive(
      folder,
      ['specs', 'tasks', 'inputs', INPUTS_FILE, 'worker.sh', 'list'],
      [],
    );
    const sent = send(stream);
    await Promise.all([whole, sent]);
  } catch (error) {
    throw fromFileError(error, folder);
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** @returns where each is there, by its path here */
async function linkInputs(
  folder: string,
  paths: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const places: Record<string, string> = {};
  for (const path of paths) {
    const digest = await digestOf(path);
    const name = join('inputs', digest);
    // Two paths may have one content.
    await mkdir(join(folder, name), { recursive: true });
    const place = join(name, basename(path));
    await symlink(path, join(folder, place)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    places[path] = place;
  }
  return places;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    if (!(await stat(path)).isDirectory()) {
      for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    } else {
      for (const name of (await readdir(path)).sort()) {
        hash.update(JSON.stringify([name, await digestOf(join(path, name))]));
      }
    }
  } catch (error) {
    throw new AppError(
      'validation',
      `${path} cannot be sent along: no such file or folder, or it cannot be read`,
      {
        cause: error,
      },
    );
  }
  return hash.digest('hex').slice(0, DIGEST_DIGITS);
}

/**
 * An archive of these names below a folder, by the system's tar, in their order; links are what they lead to.
 * @param options further ones of tar, of those that all kinds of it know
 */
export function archive(folder: string, names: readonly string[], options: readonly string[]): Archive {
  const child = spawn('tar', ['-c', '-h', ...options, '-f', '-', '-C', folder, '--', ...names], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Of macOS: no files of its own in it.
    env: { ...process.env, COPYFILE_DISABLE: '1', LC_ALL: 'C' },
  });
  const stream = child.stdout.pipe(new PassThrough());
  let bytes = 0;
  child.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-500)));
  const whole = new Promise<void>((resolve, reject) => {
    child.on('error', (error) =>
      reject(
        new AppError('external', `tar could not be started (${error.message}): install it`, { cause: error }),
      ),
    );
    child.on('close', (code) => {
      if (code === 0 || (code === 1 && complaint.trim().split('\n').every(isHarmless))) resolve();
      else reject(new AppError('external', `tar could not read what is to be sent: ${complaint.trim()}`));
    });
  });
  // It has its say when the call is over.
  whole.catch(() => stream.destroy());
  // Whoever reads no more lets it end.
  stream.on('close', () => child.stdout.destroy());
  return { stream, whole, bytes: () => bytes };
}

/** A file got another name (a hard link) or a newer one took its place while it was read: content that matters has a digest. */
function isHarmless(line: string): boolean {
  return /: file changed as we read it$/.test(line);
}
