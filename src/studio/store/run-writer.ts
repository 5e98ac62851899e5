import type { Statement } from 'better-sqlite3';
import type { Metrics, RunRecord } from '../../shared/run.ts';
import type { Progress } from '../../shared/training-session.ts';
import { damaged, isWholeSql, parsed, sealSql } from './checksum.ts';
import type { WritableDatabase } from './connection.ts';
import { DocumentWriter } from './documents.ts';
import type { RunContents } from './series-writer.ts';
import type { RunPatch } from './types.ts';

type Value = string | number | null;

const columns = [
  ...[
    'id',
    'comparison',
    'name',
    'problem',
    'config',
    'estimator',
    'settings',
    'seed',
    'backend',
    'state',
    'reason',
  ],
  ...['step', 'steps', 'seconds', 'steps_per_second', 'evaluations', 'metrics', 'environment'],
  ...['created_at', 'started_at', 'ended_at', 'notes', 'tags', 'archived_at', 'parent', 'variant', 'pairing'],
  ...['alerts', 'task'],
];

/** Parameters that are null keep the column; ended_at and archived_at can be set back to null. */
const update = `
  UPDATE runs SET
    state = coalesce(@state, state), reason = coalesce(@reason, reason), name = coalesce(@name, name),
    notes = coalesce(@notes, notes), tags = coalesce(@tags, tags),
    environment = coalesce(@environment, environment), pairing = coalesce(@pairing, pairing),
    alerts = coalesce(@alerts, alerts), task = coalesce(@task, task), started_at = coalesce(@startedAt, started_at),
    ended_at = iif(@clearEnd, NULL, coalesce(@endedAt, ended_at)),
    archived_at = iif(@clearArchive, NULL, coalesce(@archivedAt, archived_at))
  WHERE sequence = @sequence`;

export class RunWriter {
  readonly #documents: DocumentWriter;
  readonly #insert: Statement<Value[]>;
  readonly #update: Statement<[Record<string, Value>]>;
  readonly #setProgress: Statement<[number, number, number, number, number, number]>;
  readonly #metrics: Statement<[number], string>;
  readonly #setMetrics: Statement<[string, number]>;
  readonly #isWhole: Statement<[number], number>;
  readonly #setContents: Statement<[number, number, number]>;
  readonly #seal: Statement<[number]>;
  readonly #remove: readonly Statement<[number]>[];

  constructor(db: WritableDatabase) {
    this.#documents = new DocumentWriter(db);
    this.#insert = db.prepare<Value[]>(
      `INSERT INTO runs (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    );
    this.#update = db.prepare<[Record<string, Value>]>(update);
    this.#setProgress = db.prepare(
      'UPDATE runs SET step = ?, steps = ?, seconds = ?, steps_per_second = ?, evaluations = ? WHERE sequence = ?',
    );
    this.#metrics = db.prepare<[number], string>('SELECT metrics FROM runs WHERE sequence = ?').pluck();
    this.#setMetrics = db.prepare('UPDATE runs SET metrics = ? WHERE sequence = ?');
    this.#isWhole = db
      .prepare<[number], number>(`SELECT ${isWholeSql('runs')} FROM runs WHERE sequence = ?`)
      .pluck();
    this.#setContents = db.prepare('UPDATE runs SET series_count = ?, tail_count = ? WHERE sequence = ?');
    this.#seal = db.prepare(sealSql('runs', 'sequence = ?'));
    this.#remove = [
      'DELETE FROM events WHERE run = ?',
      'DELETE FROM tail WHERE run = ?',
      'DELETE FROM blocks WHERE series IN (SELECT id FROM series WHERE run = ?)',
      'DELETE FROM series WHERE run = ?',
      'DELETE FROM runs WHERE sequence = ?',
    ].map((sql) => db.prepare<[number]>(sql));
  }

  /** Returns the key of the new row. */
  insert(run: RunRecord, comparison: number): number {
    const { spec } = run;
    const row: Value[] = [
      ...[run.id, comparison, run.name, spec.problem, this.#documents.intern(spec.config), spec.estimator],
      ...[this.#documents.intern(spec.settings), spec.seed, spec.backend, run.state, run.reason],
      ...[run.step, run.steps, run.seconds, run.stepsPerSecond, run.evaluations, metricsJson(run.metrics)],
      ...[run.environment && this.#documents.intern(run.environment)],
      ...[run.createdAt, run.startedAt, run.endedAt, run.notes, JSON.stringify(run.tags)],
      ...[run.archivedAt, run.parent && JSON.stringify(run.parent)],
      ...[run.variant, run.pairing && JSON.stringify(run.pairing)],
      ...[run.alerts.length === 0 ? null : JSON.stringify(run.alerts), run.task && JSON.stringify(run.task)],
    ];
    const sequence = Number(this.#insert.run(...row).lastInsertRowid);
    this.#seal.run(sequence);
    return sequence;
  }

  /**
   * Runs `write` on the run's row, which is then given its checksum. Throws DamageError, before it does anything, if the row is not
   * as it was written: a new checksum would hide that. `where` names the run.
   */
  change(sequence: number, where: string, write: () => void): void {
    if (this.#isWhole.get(sequence) !== 1) throw damaged(`${where} does not match its checksum`);
    write();
    this.#seal.run(sequence);
  }

  /** How many series, and rows of new points, there are. Within `change`. */
  setContents(sequence: number, { series, tailRows }: RunContents): void {
    this.#setContents.run(series, tailRows, sequence);
  }

  /** Within `change`, as are the other writing methods. */
  update(sequence: number, patch: RunPatch): void {
    this.#update.run({
      sequence,
      state: patch.state ?? null,
      reason: patch.reason ?? null,
      name: patch.name ?? null,
      notes: patch.notes ?? null,
      tags: patch.tags ? JSON.stringify(patch.tags) : null,
      environment: patch.environment ? this.#documents.intern(patch.environment) : null,
      pairing: patch.pairing ? JSON.stringify(patch.pairing) : null,
      alerts: patch.alerts ? JSON.stringify(patch.alerts) : null,
      task: patch.task ? JSON.stringify(patch.task) : null,
      startedAt: patch.startedAt ?? null,
      endedAt: patch.endedAt ?? null,
      clearEnd: patch.endedAt === null ? 1 : 0,
      archivedAt: patch.archivedAt ?? null,
      clearArchive: patch.archivedAt === null ? 1 : 0,
    });
    if (patch.progress) this.setProgress(sequence, patch.progress);
    if (patch.metrics) this.mergeMetrics(sequence, patch.metrics);
  }

  /** With all that belongs to it; its documents stay, other runs may share them. */
  remove(sequence: number): void {
    for (const statement of this.#remove) statement.run(sequence);
  }

  setProgress(sequence: number, { step, steps, seconds, stepsPerSecond, evaluations }: Progress): void {
    this.#setProgress.run(step, steps, seconds, stepsPerSecond, evaluations, sequence);
  }

  /** Replaces the metrics that `metrics` names and keeps the others. */
  mergeMetrics(sequence: number, metrics: Metrics): void {
    if (Object.keys(metrics).length === 0) return;
    const known = parsed(this.#metrics.get(sequence) ?? '{}') as Metrics;
    this.#setMetrics.run(metricsJson({ ...known, ...metrics }), sequence);
  }
}

/** NaN and infinities become null: JSON has no other word for "not a number". */
function metricsJson(metrics: Metrics): string {
  return JSON.stringify(metrics);
}
