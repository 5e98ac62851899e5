/** What the window remembers from one start to the next: its size, and where files were last opened and saved. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { writeFileAtomicSync } from '../node/atomic-file.ts';
import { z } from 'zod';

const rememberedSchema = z.object({
  width: z.int().min(640).max(20_000).default(1280),
  height: z.int().min(480).max(20_000).default(800),
  /** Empty: the system's choice. */
  folder: z.string().default(''),
});
type Remembered = z.infer<typeof rememberedSchema>;

function path(): string {
  return join(app.getPath('userData'), 'window.json');
}

/** Defaults if there is nothing yet, or nothing that can be read. */
export function remembered(): Remembered {
  try {
    const parsed = rememberedSchema.safeParse(JSON.parse(readFileSync(path(), 'utf8')));
    if (parsed.success) return parsed.data;
  } catch {
    // The first start.
  }
  return rememberedSchema.parse({});
}

/** Best effort: a window of the wrong size is no reason to fail. */
export function remember(change: Partial<Remembered>): void {
  try {
    writeFileAtomicSync(path(), `${JSON.stringify({ ...remembered(), ...change })}\n`);
  } catch {
    // A full or read-only disk: the pages say so where it matters.
  }
}
