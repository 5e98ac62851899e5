import type { Statement } from 'better-sqlite3';
import { AppError } from '../../shared/errors.ts';
import type { Environment, Metrics, Parent, RunRecord, RunState } from '../../shared/run.ts';
import type { ReadableDatabase } from './connection.ts';
import { DocumentReader } from './documents.ts';
import type { RunFilter } from './types.ts';

interface RunRow {
  readonly id: string;
  readonly comparison: string;
  readonly name: string;
  readonly problem: string;
  readonly config: number;
  readonly estimator: string;
  readonly settings: number;
  readonly seed: number;
  readonly backend: RunRecord['spec']['backend'];
  readonly state: RunState;
  readonly reason: string;
  readonly step: number;
  readonly steps: number;
  readonly seconds: number;
  readonly steps_per_second: number;
  readonly evaluations: number;
  readonly metrics: string;
  readonly environment: number | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  readonly notes: string;
  readonly tags: string;
  readonly archived_at: number | null;
  readonly parent: string | null;
}

const columns = `r.id, c.id AS comparison, r.name, r.problem, r.config, r.estimator, r.settings, r.seed, r.backend, r.state,
  r.reason, r.step, r.steps, r.seconds, r.steps_per_second, r.evaluations, r.metrics, r.environment, r.created_at,
  r.started_at, r.ended_at, r.notes, r.tags, r.archived_at, r.parent`;

/** CROSS JOIN keeps SQLite to this order of loops, which both indexes already sort. */
const list = (where: string) => `
  SELECT ${columns} FROM comparisons AS c CROSS JOIN runs AS r ON r.comparison = c.sequence
  WHERE (@states IS NULL OR r.state IN (SELECT value FROM json_each(@states))) ${where}
  ORDER BY c.created_at DESC, c.sequence DESC, r.id LIMIT @limit OFFSET @offset`;

interface ListParameters {
  readonly states: string | null;
  readonly comparison: string | null;
  readonly limit: number;
  readonly offset: number;
}

/** Sorts after every id, which are ASCII. */
const afterAnyId = '\u{10FFFF}';

export class RunReader {
  readonly #documents: DocumentReader;
  readonly #get: Statement<[string], RunRow>;
  readonly #all: Statement<[ListParameters], RunRow>;
  readonly #ofComparison: Statement<[ListParameters], RunRow>;
  readonly #count: Statement<[Pick<ListParameters, 'states' | 'comparison'>], number>;
  readonly #sequence: Statement<[string], number>;
  readonly #idsOf: Record<'comparisons' | 'runs', Statement<[string, string], string>>;

  constructor(db: ReadableDatabase) {
    this.#documents = new DocumentReader(db);
    this.#get = db.prepare(
      `SELECT ${columns} FROM runs AS r JOIN comparisons AS c ON c.sequence = r.comparison WHERE r.id = ?`,
    );
    this.#all = db.prepare(list(''));
    this.#ofComparison = db.prepare(list('AND c.id = @comparison'));
    this.#count = db
      .prepare<[Pick<ListParameters, 'states' | 'comparison'>], number>(
        `SELECT count(*) FROM comparisons AS c CROSS JOIN runs AS r ON r.comparison = c.sequence
         WHERE (@states IS NULL OR r.state IN (SELECT value FROM json_each(@states)))
           AND (@comparison IS NULL OR c.id = @comparison)`,
      )
      .pluck();
    this.#sequence = db.prepare<[string], number>('SELECT sequence FROM runs WHERE id = ?').pluck();
    const ids = (table: string) =>
      db
        .prepare<[string, string], string>(`SELECT id FROM ${table} WHERE id >= ? AND id < ? ORDER BY id`)
        .pluck();
    this.#idsOf = { comparisons: ids('comparisons'), runs: ids('runs') };
  }

  get(id: string): RunRecord | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : this.#toRecord(row);
  }

  count(filter: Pick<RunFilter, 'comparison' | 'states'> = {}): number {
    return this.#count.get(parametersOf(filter)) ?? 0;
  }

  list({ comparison, states, limit = -1, offset = 0 }: RunFilter = {}): readonly RunRecord[] {
    const parameters = { ...parametersOf({ comparison, states }), limit, offset };
    const statement = comparison === undefined ? this.#all : this.#ofComparison;
    return statement.all(parameters).map((row) => this.#toRecord(row));
  }

  findIds(prefix: string): { readonly comparisons: readonly string[]; readonly runs: readonly string[] } {
    const end = prefix + afterAnyId;
    return { comparisons: this.#idsOf.comparisons.all(prefix, end), runs: this.#idsOf.runs.all(prefix, end) };
  }

  /** Key of the run's row; throws AppError `not-found`. */
  sequence(id: string): number {
    const sequence = this.#sequence.get(id);
    if (sequence === undefined) throw new AppError('not-found', `there is no run ${id}`);
    return sequence;
  }

  has(id: string): boolean {
    return this.#sequence.get(id) !== undefined;
  }

  #toRecord(row: RunRow): RunRecord {
    return {
      id: row.id,
      comparison: row.comparison,
      name: row.name,
      spec: {
        problem: row.problem,
        config: this.#documents.get(row.config) as Record<string, unknown>,
        estimator: row.estimator,
        settings: this.#documents.get(row.settings) as Record<string, unknown>,
        seed: row.seed,
        backend: row.backend,
      },
      state: row.state,
      reason: row.reason,
      step: row.step,
      steps: row.steps,
      seconds: row.seconds,
      stepsPerSecond: row.steps_per_second,
      evaluations: row.evaluations,
      metrics: JSON.parse(row.metrics) as Metrics,
      environment: row.environment === null ? null : (this.#documents.get(row.environment) as Environment),
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      notes: row.notes,
      tags: JSON.parse(row.tags) as string[],
      archivedAt: row.archived_at,
      parent: row.parent === null ? null : (JSON.parse(row.parent) as Parent),
    };
  }
}

function parametersOf({
  comparison,
  states,
}: {
  readonly comparison?: string | undefined;
  readonly states?: readonly RunState[] | undefined;
}) {
  return { states: states ? JSON.stringify(states) : null, comparison: comparison ?? null };
}
