/**
 * What was found out about this machine and costs something to find out: one small file a finding, in the user's cache folder, which
 * belongs to the machine's user as the findings do, and not to a data folder, which may be moved or shared. A file that
 * is damaged, too old or of another key is as good as none. Each is written whole or not at all, and none is written over with less, so
 * that several studios may look and write at once (docs/adr/0023).
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import envPaths from 'env-paths';
import { writeFileAtomicSync } from '../../node/atomic-file.ts';
import { z } from 'zod';
import { decodeText } from '../../shared/decode-text.ts';

/** Everything that a finding depends on, as plain JSON. */
export type FindingKey = Readonly<Record<string, unknown>>;

export interface Finding<T> {
  readonly key: FindingKey;
  readonly value: T;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A file that was not written for so long goes when another of its kind is written. */
const KEPT_MS = 90 * 24 * 3600 * 1000;

const fileSchema = z.object({ key: z.record(z.string(), z.unknown()), at: z.number(), value: z.unknown() });

export class MachineMemory {
  readonly #folder: string;

  /** @param folder made when something is first kept; where that is impossible, nothing is remembered */
  constructor(folder = cacheFolder()) {
    this.#folder = folder;
  }

  recall<T>(kind: string, key: FindingKey, schema: z.ZodType<T>): Finding<T> | undefined {
    const found = this.#read(fileName(kind, key), schema);
    return found !== undefined && isDeepStrictEqual(found.key, plain(key)) ? found : undefined;
  }

  /** Of every key, in no order. */
  list<T>(kind: string, schema: z.ZodType<T>): readonly Finding<T>[] {
    let names: readonly string[];
    try {
      names = this.#namesOf(kind);
    } catch {
      return [];
    }
    return names.flatMap((name) => this.#read(name, schema) ?? []);
  }

  keep(kind: string, key: FindingKey, value: unknown, at = Date.now()): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      const text = JSON.stringify({ key, at, value }, null, 2);
      writeFileAtomicSync(join(this.#folder, fileName(kind, key)), `${text}\n`);
      this.#removeOld(kind);
    } catch {
      // A home without space, or one that cannot be written: it is found out again.
    }
  }

  /** Findings of versions and drivers that nobody has asked about for long: each key has a file, and keys change with every update. */
  #removeOld(kind: string): void {
    for (const name of this.#namesOf(kind)) {
      const path = join(this.#folder, name);
      const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
      if (age > KEPT_MS) rmSync(path, { force: true });
    }
  }

  #namesOf(kind: string): readonly string[] {
    return readdirSync(this.#folder).filter((name) => name.startsWith(`${kind}-`) && name.endsWith('.json'));
  }

  forget(kind: string, key: FindingKey): void {
    try {
      rmSync(join(this.#folder, fileName(kind, key)), { force: true });
    } catch {
      // As above: the file is too old one day.
    }
  }

  #read<T>(name: string, schema: z.ZodType<T>): Finding<T> | undefined {
    try {
      const text = decodeText(readFileSync(join(this.#folder, name))) ?? '';
      const { key, at, value } = fileSchema.parse(JSON.parse(text));
      // A clock that was wrong then says nothing of the age.
      return at > Date.now() ? undefined : { key, at, value: schema.parse(value) };
    } catch {
      return undefined;
    }
  }
}

/** GUMBEL_STUDIO_CACHE, or the user's cache folder. */
function cacheFolder(): string {
  return process.env['GUMBEL_STUDIO_CACHE'] ?? envPaths('gumbel-studio', { suffix: '' }).cache;
}

/** Machines that share a home, and versions side by side, have names of their own. */
function fileName(kind: string, key: FindingKey): string {
  const digest = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
  return `${kind}-${digest}.json`;
}

/** As it comes back from a file. */
function plain(key: FindingKey): unknown {
  return JSON.parse(JSON.stringify(key));
}
