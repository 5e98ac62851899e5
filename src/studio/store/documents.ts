/**
 * JSON texts that many runs share (configs, settings, environments), each kept once. They never change, so a reader
 * parses each once; the objects are frozen because all its callers share them.
 */
import { createHash } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import { damaged, isWholeSql, parsed, sealSql } from './checksum.ts';
import type { ReadableDatabase, WritableDatabase } from './connection.ts';

const cachedDocuments = 10_000;

export class DocumentReader {
  readonly #select: Statement<[number], { readonly json: string; readonly whole: number }>;
  readonly #parsed = new Map<number, unknown>();

  constructor(db: ReadableDatabase) {
    this.#select = db.prepare(`SELECT json, ${isWholeSql('documents')} AS whole FROM documents WHERE id = ?`);
  }

  /**
   * Throws DamageError if the document is gone or not as it was written.
   * Never call it within a writing transaction: after a rollback the id could come to mean another document.
   */
  get(id: number): unknown {
    if (this.#parsed.has(id)) return this.#parsed.get(id);
    const row = this.#select.get(id);
    if (row === undefined) throw damaged(`document ${id} is gone`);
    if (row.whole !== 1) throw damaged(`document ${id} does not match its checksum`);
    const document: unknown = freeze(parsed(row.json));
    if (this.#parsed.size >= cachedDocuments) this.#parsed.clear();
    this.#parsed.set(id, document);
    return document;
  }
}

export class DocumentWriter {
  readonly #find: Statement<[Uint8Array], number>;
  readonly #insert: Statement<[Uint8Array, string]>;
  readonly #seal: Statement<[number]>;

  constructor(db: WritableDatabase) {
    this.#find = db.prepare<[Uint8Array], number>('SELECT id FROM documents WHERE sha256 = ?').pluck();
    this.#insert = db.prepare('INSERT INTO documents (sha256, json) VALUES (?, ?)');
    this.#seal = db.prepare(sealSql('documents', 'id = ?'));
  }

  /** Id of the document, written if it is new. */
  intern(document: unknown): number {
    const json = JSON.stringify(document);
    const sha256 = createHash('sha256').update(json).digest();
    const known = this.#find.get(sha256);
    if (known !== undefined) return known;
    const id = Number(this.#insert.run(sha256, json).lastInsertRowid);
    this.#seal.run(id);
    return id;
  }
}

/** With all that is in it, as all who read it share it. */
export function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
