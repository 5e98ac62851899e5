import type { Statement } from 'better-sqlite3';
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
import { AppError } from '../../shared/errors.ts';
import type { Pairing } from '../../shared/pairing.ts';
import {
  runRecordSchema,
  runSpecSchema,
  trainingSpeed,
  type Environment,
  type Metrics,
  type Parent,
  type RunRecord,
  type RunState,
} from '../../shared/run.ts';
import { currentProblem } from '../catalog.ts';
import {
  checksumOf,
  coveredColumns,
  DamageError,
  damaged,
  invalid,
  isWholeSql,
  parsed,
  type Cell,
} from './checksum.ts';
import type { ReadableDatabase } from './connection.ts';
import { DocumentReader, freeze } from './documents.ts';
import type { RunFilter, StoredRuns } from './types.ts';

interface RunRow {
  readonly id: string;
  /** Its comparison's key, and its id; null if there is no comparison of that key. */
  readonly comparison: number;
  readonly comparison_id: string | null;
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
  readonly variant: string | null;
  readonly pairing: string | null;
  readonly alerts: string | null;
  readonly task: string | null;
}

/** A row as SQLite gives it fastest: what its checksum covers, its checksum, and the id of its comparison. */
type RunCells = readonly Cell[];
const covered = coveredColumns('runs');
const names = [...covered, 'checksum', 'comparison_id'];
const columns = `${covered.map((column) => `r.${column}`).join(', ')}, r.checksum, c.id AS comparison_id`;

const [checksumAt, comparisonAt] = [covered.length, covered.length + 1];
const sequenceAt = covered.indexOf('sequence');

function toRow(cells: RunCells): RunRow {
  return Object.fromEntries(names.map((name, i) => [name, cells[i]])) as unknown as RunRow;
}

const filtered = `(@states IS NULL OR r.state IN (SELECT value FROM json_each(@states)))
  AND (@archived IS NULL OR (r.archived_at IS NOT NULL) = @archived)`;

/** CROSS JOIN keeps SQLite to this order of loops, which both indexes already sort. */
const list = (where: string) => `
  SELECT ${columns} FROM comparisons AS c CROSS JOIN runs AS r ON r.comparison = c.sequence
  WHERE ${filtered} ${where}
  ORDER BY c.created_at DESC, c.sequence DESC, r.id LIMIT @limit OFFSET @offset`;

type FilterParameters = ReturnType<typeof parametersOf>;

type ListParameters = FilterParameters & { readonly limit: number; readonly offset: number };

/** Sorts after every id, which are ASCII. */
const afterAnyId = '\u{10FFFF}';
/** Rows of which is remembered what they hold, and that it is as it should be. */
const rememberedRows = 20_000;
/** Of a text that may be anything. */
const mostShown = 200;

export class RunReader {
  readonly #documents: DocumentReader;
  readonly #get: Statement<[string], RunCells>;
  readonly #comparisonIsWhole: Statement<[string], number>;
  readonly #all: Statement<[ListParameters], RunCells>;
  readonly #ofComparison: Statement<[ListParameters], RunCells>;
  readonly #count: Statement<[FilterParameters], number>;
  readonly #sequence: Statement<[string], number>;
  readonly #idsOf: Record<'comparisons' | 'runs', Statement<[string, string], string>>;
  /** What was made of a row, by its key, with its checksum: the same checksum, the same cells. */
  readonly #records = new Map<number, { readonly checksum: number; readonly record: RunRecord }>();
  readonly #validDocuments = new Set<string>();

  readonly #comparisonsMatter: boolean;

  /** @param options whether a run of a damaged comparison counts as damaged */
  constructor(
    db: ReadableDatabase,
    options: { readonly comparisonsMatter: boolean } = { comparisonsMatter: true },
  ) {
    this.#comparisonsMatter = options.comparisonsMatter;
    this.#documents = new DocumentReader(db);
    this.#get = db
      .prepare<[string], RunCells>(
        `SELECT ${columns} FROM runs AS r LEFT JOIN comparisons AS c ON c.sequence = r.comparison WHERE r.id = ?`,
      )
      .raw();
    this.#comparisonIsWhole = db
      .prepare<[string], number>(`SELECT ${isWholeSql('comparisons')} FROM comparisons WHERE id = ?`)
      .pluck();
    this.#all = db.prepare<[ListParameters], RunCells>(list('')).raw();
    this.#ofComparison = db.prepare<[ListParameters], RunCells>(list('AND c.id = @comparison')).raw();
    this.#count = db
      .prepare<[FilterParameters], number>(
        `SELECT count(*) FROM comparisons AS c CROSS JOIN runs AS r ON r.comparison = c.sequence
         WHERE ${filtered}
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

  /** Throws DamageError if it is not as it was written. */
  get(id: string): RunRecord | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : this.#toRecord(row, new Map());
  }

  /** What is known of a run that `get` refuses; undefined if it is whole, or not there. */
  damage(id: string): DamagedRun | undefined {
    const row = this.#get.get(id);
    const read = row === undefined ? undefined : this.#read(row, new Map());
    return read !== undefined && 'damage' in read ? read : undefined;
  }

  list(filter: RunFilter = {}): StoredRuns {
    const { limit = -1, offset = 0 } = filter;
    const statement = filter.comparison === undefined ? this.#all : this.#ofComparison;
    const runs: RunRecord[] = [];
    const broken: DamagedRun[] = [];
    const comparisons = new Map<string, boolean>();
    for (const row of statement.all({ ...parametersOf(filter), limit, offset })) {
      const read = this.#read(row, comparisons);
      if ('damage' in read) broken.push(read);
      else runs.push(read);
    }
    return { runs, damaged: broken };
  }

  count(filter: Omit<RunFilter, 'limit' | 'offset'> = {}): number {
    return this.#count.get(parametersOf(filter)) ?? 0;
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

  /** The one way from a row to a run. */
  #read(cells: RunCells, comparisons: Map<string, boolean>): RunRecord | DamagedRun {
    try {
      return this.#toRecord(cells, comparisons);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      const row = toRow(cells);
      // Whatever a damaged row holds, of whatever type.
      const shown = (value: unknown) => (typeof value === 'string' ? value.slice(0, mostShown) : '');
      return {
        id: shown(row.id),
        comparison: shown(row.comparison_id),
        name: shown(row.name),
        problem: currentProblem(shown(row.problem)),
        estimator: shown(row.estimator),
        damage: error.message,
      };
    }
  }

  /** @param comparisons which are known to be whole, or not; filled */
  #toRecord(cells: RunCells, comparisons: Map<string, boolean>): RunRecord {
    const { [checksumAt]: checksum, [comparisonAt]: comparison, [sequenceAt]: sequence } = cells;
    const what = () => `run ${toRow(cells).id}`;
    if (checksum !== checksumOf(cells.slice(0, checksumAt)))
      throw damaged(`${what()} does not match its checksum`);
    if (typeof comparison !== 'string') throw damaged(`${what()} belongs to a comparison that is gone`);
    const whole = comparisons.get(comparison) ?? this.#comparisonIsWhole.get(comparison) === 1;
    comparisons.set(comparison, whole);
    if (!whole && this.#comparisonsMatter) {
      throw damaged(`${what()} belongs to comparison ${comparison}, which does not match its checksum`);
    }
    const known = this.#records.get(sequence as number);
    if (known?.checksum === checksum) return known.record;
    const record = freeze(this.#parse(toRow(cells), comparison));
    if (this.#records.size >= rememberedRows) this.#records.clear();
    this.#records.set(sequence as number, { checksum, record });
    return record;
  }

  /** Of a row that is whole. */
  #parse(row: RunRow, comparison: string): RunRecord {
    const what = `run ${row.id}`;
    const document = (id: number) => {
      try {
        return this.#documents.get(id) as Record<string, unknown>;
      } catch (error) {
        throw error instanceof DamageError ? new DamageError(`${what}: ${error.message}`) : error;
      }
    };
    const record: RunRecord = {
      id: row.id,
      comparison,
      name: row.name,
      spec: {
        problem: currentProblem(row.problem),
        config: document(row.config),
        estimator: row.estimator,
        settings: document(row.settings),
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
      metrics: parsed(row.metrics) as Metrics,
      environment: row.environment === null ? null : (document(row.environment) as Environment),
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      notes: row.notes,
      tags: parsed(row.tags) as string[],
      archivedAt: row.archived_at,
      parent: row.parent === null ? null : (parsed(row.parent) as Parent),
      variant: row.variant,
      pairing: row.pairing === null ? null : (parsed(row.pairing) as Pairing),
      alerts: row.alerts === null ? [] : (parsed(row.alerts) as RunRecord['alerts']),
      task: row.task === null ? null : (parsed(row.task) as RunRecord['task']),
    };
    this.#assertValid(record, `${row.config} ${row.settings} ${row.environment ?? ''}`);
    return { ...record, stepsPerSecond: trainingSpeed(record) };
  }

  /** @param documents which the run has: looked at once, as many runs share them */
  #assertValid(record: RunRecord, documents: string): void {
    const known = this.#validDocuments.has(documents);
    const checks = known
      ? [specCellsSchema.safeParse(record.spec), cellsSchema.safeParse(record)]
      : [runRecordSchema.safeParse(record)];
    for (const { error } of checks) if (error !== undefined) throw invalid(`run ${record.id}`, error);
    if (this.#validDocuments.size >= rememberedRows) this.#validDocuments.clear();
    this.#validDocuments.add(documents);
  }
}

/** A run without what is kept in documents. */
const cellsSchema = runRecordSchema.omit({ spec: true, environment: true });
const specCellsSchema = runSpecSchema.omit({ config: true, settings: true });

function parametersOf({ comparison, states, archived }: RunFilter) {
  return {
    states: states ? JSON.stringify(states) : null,
    archived: archived === undefined ? null : Number(archived),
    comparison: comparison ?? null,
  };
}
