/**
 * How a second process asks the studio that owns a data folder to stop, pause or resume a run: one small file a request
 * in `control/`, taken and removed by the owner. Files survive both sides' crashes and work wherever the folder does.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../node/atomic-file.ts';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';

const requestSchema = z.strictObject({
  verb: z.enum(['stop', 'pause', 'resume']),
  runId: z.string().max(64),
  by: z.string().max(200),
});
export type ControlRequest = z.infer<typeof requestSchema>;

const POLL_MS = 250;
/** Bytes; a request has some hundred. */
const LARGEST_REQUEST = 4096;

function folderOf(dataDir: string): string {
  return join(dataDir, 'control');
}

/** Of this process: requests within one millisecond keep their order. */
let requested = 0;

export async function requestControl(dataDir: string, request: ControlRequest): Promise<void> {
  const folder = folderOf(dataDir);
  makeFolder(folder);
  const order = `${Date.now()}-${String(++requested).padStart(9, '0')}`;
  await writeFileAtomic(join(folder, `${order}-${randomUUID()}.json`), JSON.stringify(request));
}

export interface ControlEvents {
  onRequest(request: ControlRequest): void;
  /** The folder was gone and has been made again. */
  onNotice(message: string): void;
  /** There is no such folder and none can be made: told once, and nothing is taken any more. */
  onBroken(error: unknown): void;
}

/** The owner's side; requests left by an earlier time are dropped. */
export function watchControl(dataDir: string, events: ControlEvents): () => void {
  const folder = folderOf(dataDir);
  makeFolder(folder);
  for (const name of readdirSync(folder)) discard(join(folder, name));
  const timer = setInterval(() => {
    try {
      // Not recursive: where the data folder itself is gone, none is made in its place.
      if (!existsSync(folder)) {
        mkdirSync(folder);
        events.onNotice(`${folder} was removed and has been created again; requests in it are lost`);
      }
      for (const name of readdirSync(folder).sort()) {
        if (name.endsWith('.json')) take(join(folder, name));
      }
    } catch (error) {
      clearInterval(timer);
      events.onBroken(unusable(folder, error));
    }
  }, POLL_MS);
  timer.unref();
  const take = (path: string) => {
    const request = requestSchema.safeParse(read(path));
    discard(path);
    if (request.success) events.onRequest(request.data);
  };
  return () => clearInterval(timer);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw unusable(folder, error);
  }
}

function unusable(folder: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError(
    'external',
    `${folder}, where other terminals ask for a stop or a pause, cannot be used as a folder (${reason}); remove what is in its place and start again`,
    { path: folder, cause: error },
  );
}

/** Undefined: no request. Anything may lie in the folder, a pipe that nobody writes to among it. */
function read(path: string): unknown {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true || found.size > LARGEST_REQUEST) return undefined;
  return parseJson(readFileSync(path, 'utf8'));
}

function discard(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
