/** What test/stress/nth-write.c counts and tells. */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface WriteCounter {
  readonly state: string;
  readonly log: string;
}

/** The two files of one command, at their beginning. */
export function writeCounter(folder: string): WriteCounter {
  const name = join(folder, randomUUID());
  const counter = { state: `${name}.count`, log: `${name}.calls` };
  writeFileSync(counter.state, Buffer.alloc(4));
  writeFileSync(counter.log, '');
  return counter;
}

/** Operation and path, a call an element. */
export function readCalls({ log }: WriteCounter): readonly string[] {
  return readFileSync(log, 'utf8').split('\n').slice(0, -1);
}

/** A call without what differs from run to run: `fsync runs/*` + `/attempt-1/checkpoint.safetensors`. */
export function callKind(call: string, dataDir: string): string {
  const [operation = '', ...path] = call.split(' ');
  const parts = relative(dataDir, path.join(' ')).split('/');
  if (parts.length > 1) parts[1] = '*';
  return `${operation} ${parts.join('/').replace(/[0-9a-f-]{8,}|\b\d+\b/g, '#')}`;
}

/** At most so many, evenly spread, the first and the last among them. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  if (most === 1) return all.slice(0, 1);
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}
