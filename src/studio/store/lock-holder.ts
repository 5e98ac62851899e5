import { randomUUID } from 'node:crypto';
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const holderSchema = z.object({
  pid: z.int().positive(),
  host: z.string().max(256),
  program: z.string().max(256),
  /** ISO 8601. */
  startedAt: z.string().max(64),
  token: z.string().max(64),
});

interface Holder extends z.infer<typeof holderSchema> {
  /** Since the lease was renewed, by the clock of the disk that keeps the file. */
  readonly ageMs: number;
}

/** The file beside the lock that tells who holds it, for people and for other machines. */
export class HolderFile {
  readonly host = hostname();
  readonly #file: string;
  readonly #text: string;
  readonly #token = randomUUID();

  constructor(folder: string, program: string) {
    this.#file = join(folder, 'studio.lock.json');
    const { pid } = process;
    const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
    this.#text = `${JSON.stringify({ pid, host: this.host, program, startedAt, token: this.#token }, null, 2)}\n`;
  }

  /** Undefined if there is no holder file, or none that can be read. */
  read(): Holder | undefined {
    const holder = this.#parse();
    // It may be gone by now: its owner has just ended.
    const renewedAt = statSync(this.#file, { throwIfNoEntry: false })?.mtimeMs;
    if (typeof holder === 'string' || renewedAt === undefined) return undefined;
    return { ...holder, ageMs: this.#now() - renewedAt };
  }

  /** `unknown`: the disk does not say at the moment. */
  owner(): 'this process' | 'another' | 'unknown' {
    const holder = this.#parse();
    if (holder === 'unreadable') return 'unknown';
    return holder !== 'absent' && holder.token === this.#token ? 'this process' : 'another';
  }

  write(): void {
    const temporary = `${this.#file}.${this.#token}`;
    writeFileSync(temporary, this.#text, { flush: true });
    renameSync(temporary, this.#file);
  }

  /** Writes the same bytes in place: a new modification time, and no space needed on a full disk. False if that failed. */
  renew(): boolean {
    try {
      const descriptor = openSync(this.#file, 'r+');
      try {
        writeSync(descriptor, this.#text, 0);
      } finally {
        closeSync(descriptor);
      }
      return true;
    } catch {
      return false;
    }
  }

  remove(): void {
    if (this.owner() === 'this process') rmSync(this.#file, { force: true });
  }

  #parse(): z.infer<typeof holderSchema> | 'absent' | 'unreadable' {
    try {
      return holderSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'unreadable';
    }
  }

  /** The disk's own time: another machine's clock may differ from ours by more than a lease. */
  #now(): number {
    const probe = `${this.#file}.${this.#token}.now`;
    try {
      writeFileSync(probe, '');
      return statSync(probe).mtimeMs;
    } finally {
      rmSync(probe, { force: true });
    }
  }
}
