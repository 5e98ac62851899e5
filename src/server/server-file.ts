/**
 * `server.json` in the data folder, mode 0600: how scripts and commands of the same user reach the studio that holds the folder.
 * Every host that stays writes one: `serve`, the window, and a command that trains.
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '../node/atomic-file.ts';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };

export const SERVER_FILE = 'server.json';

/** Of this program: the contract may be another in any other. */
export const { version: VERSION } = manifest;

const serverSchema = z.object({
  pid: z.int().positive(),
  port: z.int().min(1).max(65_535),
  /** The bearer token. */
  token: z.string().max(200),
  /** Of the program; empty: one that did not write it yet. */
  version: z.string().max(100).default(''),
});
export type AnnouncedServer = z.infer<typeof serverSchema>;

/** @returns takes the file away again, unless another server has the folder by now */
export function announceServer(dataDir: string, server: Pick<AnnouncedServer, 'port' | 'token'>): () => void {
  const file = join(dataDir, SERVER_FILE);
  const record: AnnouncedServer = { pid: process.pid, ...server, version: VERSION };
  writeFileAtomicSync(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  return () => {
    if (announcedServer(dataDir)?.token === server.token) rmSync(file, { force: true });
  };
}

/** Undefined: none, or a file that cannot be read as one. Its server may have ended without taking it away. */
export function announcedServer(dataDir: string): AnnouncedServer | undefined {
  try {
    return serverSchema.parse(JSON.parse(readFileSync(join(dataDir, SERVER_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}
