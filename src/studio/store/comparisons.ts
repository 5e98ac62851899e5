import type { Statement } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import { solutionKey, type Solution } from '../../shared/solution.ts';
import { comparisonRecordSchema, type ComparisonRecord } from '../../shared/run.ts';
import { currentProblem } from '../catalog.ts';
import { DamageError, damaged, invalid, isWholeSql, parsed, sealSql } from './checksum.ts';
import type { ReadableDatabase, WritableDatabase } from './connection.ts';
import { newComparisonId } from './ids.ts';
import type { NewComparison } from './types.ts';

interface ComparisonRow {
  readonly id: string;
  readonly name: string;
  readonly problem: string;
  readonly preset: string | null;
  readonly backend: ComparisonRecord['backend'];
  readonly baselines: string | null;
  readonly exact: string | null;
  readonly variant_baselines: string | null;
  readonly verdict: string | null;
  readonly elsewhere: string | null;
  readonly sweep: string | null;
  readonly confirms: string | null;
  readonly guide: string | null;
  readonly executor: string | null;
  readonly created_at: number;
  readonly whole: number;
}

const columns =
  'id, name, problem, preset, backend, baselines, exact, variant_baselines, verdict, elsewhere, sweep, confirms, guide, executor, created_at';
const select = `SELECT ${columns}, ${isWholeSql('comparisons')} AS whole FROM comparisons`;

export class ComparisonReader {
  readonly #get: Statement<[string], ComparisonRow>;
  readonly #list: Statement<[], ComparisonRow>;
  readonly #sequence: Statement<[string], number>;

  constructor(db: ReadableDatabase) {
    this.#get = db.prepare(`${select} WHERE id = ?`);
    this.#list = db.prepare(`${select} ORDER BY created_at DESC, sequence DESC`);
    this.#sequence = db.prepare<[string], number>('SELECT sequence FROM comparisons WHERE id = ?').pluck();
  }

  /** Throws DamageError if it is not as it was written. */
  get(id: string): ComparisonRecord | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : toRecord(row);
  }

  /** Those that are as they were written. */
  list(): readonly ComparisonRecord[] {
    return this.#list.all().flatMap((row) => {
      try {
        return [toRecord(row)];
      } catch (error) {
        if (error instanceof DamageError) return [];
        throw error;
      }
    });
  }

  sequence(id: string): number | undefined {
    return this.#sequence.get(id);
  }
}

export class ComparisonWriter {
  readonly #reader: ComparisonReader;
  readonly #insert: Statement<(string | number | null)[]>;
  readonly #setBaselines: Statement<[string, string]>;
  readonly #setExact: Statement<[string, string]>;
  readonly #setElsewhere: Statement<[string, string]>;
  readonly #setVerdict: Statement<[string, string]>;
  readonly #rename: Statement<[string, string]>;
  readonly #removeEmpty: Statement<[]>;
  readonly #seal: Statement<[string]>;
  readonly #newest: Statement<[], number | null>;

  constructor(db: WritableDatabase, reader: ComparisonReader) {
    this.#reader = reader;
    this.#insert = db.prepare(
      `INSERT INTO comparisons (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#setBaselines = db.prepare('UPDATE comparisons SET baselines = ? WHERE id = ?');
    this.#setExact = db.prepare('UPDATE comparisons SET exact = ? WHERE id = ?');
    this.#setElsewhere = db.prepare('UPDATE comparisons SET elsewhere = ? WHERE id = ?');
    this.#setVerdict = db.prepare('UPDATE comparisons SET verdict = ? WHERE id = ?');
    this.#rename = db.prepare('UPDATE comparisons SET name = ? WHERE id = ?');
    this.#seal = db.prepare(sealSql('comparisons', 'id = ?'));
    this.#newest = db.prepare<[], number | null>('SELECT max(created_at) FROM comparisons').pluck();
    this.#removeEmpty = db.prepare(
      'DELETE FROM comparisons WHERE sequence NOT IN (SELECT comparison FROM runs)',
    );
  }

  create(input: NewComparison): ComparisonRecord {
    let id = input.id ?? newComparisonId();
    while (this.#reader.sequence(id) !== undefined) id = newComparisonId();
    const { name, problem, preset, backend, baselines = null, variantBaselines = [] } = input;
    const { verdict = null, sweep = null, confirms = null, guide = null, executor = null } = input;
    // A clock that was set back must not put what is new below what is old: lists are ordered by this time.
    const createdAt = Math.max(Date.now(), (this.#newest.get() ?? -Infinity) + 1);
    const record = {
      id,
      name,
      problem,
      preset,
      backend,
      baselines,
      variantBaselines,
      exact: [],
      verdict,
      elsewhere: null,
      sweep,
      confirms,
      guide,
      executor,
      createdAt,
    };
    this.insert(record);
    return record;
  }

  insert(record: ComparisonRecord): void {
    const { id, name, problem, preset, backend, createdAt } = record;
    const { baselines, variantBaselines, exact, verdict, elsewhere, sweep, confirms, guide, executor } =
      record;
    for (const own of variantBaselines) assertFinite(own.baselines);
    this.#insert.run(
      id,
      name,
      problem,
      preset,
      backend,
      baselines && baselinesJson(baselines),
      exact.length === 0 ? null : JSON.stringify(exact),
      variantBaselines.length === 0 ? null : JSON.stringify(variantBaselines),
      verdict && JSON.stringify(verdict),
      elsewhere && JSON.stringify(elsewhere),
      sweep && JSON.stringify(sweep),
      confirms && JSON.stringify(confirms),
      guide && JSON.stringify(guide),
      executor && JSON.stringify(executor),
      createdAt,
    );
    this.#seal.run(id);
  }

  setBaselines(id: string, baselines: Readonly<Record<string, number>>): void {
    this.#change(id, this.#setBaselines, baselinesJson(baselines));
  }

  /** In the place of an earlier one of that name and those variants, else after the others. */
  addSolution(id: string, solution: Solution): void {
    const key = solutionKey(solution);
    const known = this.#reader.get(id)?.exact ?? [];
    const exact = known.some((other) => solutionKey(other) === key)
      ? known.map((other) => (solutionKey(other) === key ? solution : other))
      : [...known, solution];
    this.#change(id, this.#setExact, JSON.stringify(exact));
  }

  /** What scripts say of it, and what they are judged by, where the first of them had measured nothing. */
  describe(id: string, { elsewhere, verdict }: Pick<ComparisonRecord, 'elsewhere' | 'verdict'>): void {
    this.#change(id, this.#setElsewhere, JSON.stringify(elsewhere));
    if (verdict !== null) this.#change(id, this.#setVerdict, JSON.stringify(verdict));
  }

  rename(id: string, name: string): void {
    this.#change(id, this.#rename, name);
  }

  /** What is damaged is not sealed anew: then nobody would learn of it. */
  #change(id: string, statement: Statement<[string, string]>, value: string): void {
    if (this.#reader.get(id) === undefined) throw new AppError('not-found', `there is no comparison ${id}`);
    statement.run(value, id);
    this.#seal.run(id);
  }

  /** Those that have no run left. */
  removeEmpty(): void {
    this.#removeEmpty.run();
  }
}

function baselinesJson(baselines: Readonly<Record<string, number>>): string {
  assertFinite(baselines);
  return JSON.stringify(baselines);
}

function assertFinite(baselines: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(baselines)) {
    if (!Number.isFinite(value)) {
      throw new AppError('validation', `baseline ${name}: expected a finite number, got ${value}`, {
        path: name,
      });
    }
  }
}

function toRecord(row: ComparisonRow): ComparisonRecord {
  if (row.whole !== 1) throw damaged(`comparison ${row.id} does not match its checksum`);
  const checked = comparisonRecordSchema.safeParse({
    id: row.id,
    name: row.name,
    problem: currentProblem(row.problem),
    preset: row.preset,
    backend: row.backend,
    baselines: row.baselines === null ? null : parsed(row.baselines),
    exact: row.exact === null ? [] : parsed(row.exact),
    variantBaselines: row.variant_baselines === null ? [] : parsed(row.variant_baselines),
    verdict: row.verdict === null ? null : parsed(row.verdict),
    elsewhere: row.elsewhere === null ? null : parsed(row.elsewhere),
    sweep: row.sweep === null ? null : parsed(row.sweep),
    confirms: row.confirms === null ? null : parsed(row.confirms),
    guide: row.guide === null ? null : parsed(row.guide),
    executor: row.executor === null ? null : parsed(row.executor),
    createdAt: row.created_at,
  });
  if (!checked.success) throw invalid(`comparison ${row.id}`, checked.error);
  return checked.data;
}
