/**
 * How a second process asks the studio that owns a data folder to stop, pause or resume a run: one small file a request
 * in `control/`, taken and removed by the owner. Files survive both sides' crashes and work wherever the folder does.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

const requestSchema = z.strictObject({
  verb: z.enum(['stop', 'pause', 'resume']),
  runId: z.string().max(64),
  by: z.string().max(200),
});
export type ControlRequest = z.infer<typeof requestSchema>;

const POLL_MS = 250;

function folderOf(dataDir: string): string {
  return join(dataDir, 'control');
}

export async function requestControl(dataDir: string, request: ControlRequest): Promise<void> {
  const folder = folderOf(dataDir);
  mkdirSync(folder, { recursive: true });
  await writeFileAtomic(join(folder, `${Date.now()}-${randomUUID()}.json`), JSON.stringify(request));
}

/** The owner's side; requests left by an earlier time are dropped. */
export function watchControl(dataDir: string, onRequest: (request: ControlRequest) => void): () => void {
  const folder = folderOf(dataDir);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { force: true });
  const timer = setInterval(() => {
    for (const name of readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort()) {
      const path = join(folder, name);
      const request = requestSchema.safeParse(parseJson(readFileSync(path, 'utf8')));
      rmSync(path, { force: true });
      if (request.success) onRequest(request.data);
    }
  }, POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
