import { AppError } from '../../shared/errors.ts';
import { shortenedName } from '../../shared/contract/texts.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { DamageError } from './checksum.ts';
import { ComparisonReader, ComparisonWriter } from './comparisons.ts';
import type { WritableDatabase } from './connection.ts';
import { EventWriter } from './events.ts';
import { runIds } from './ids.ts';
import { readableStore } from './readable-store.ts';
import { PictureWriter } from './kept-pictures.ts';
import { RunReader } from './run-reader.ts';
import { RunWriter } from './run-writer.ts';
import { SeriesWriter } from './series-writer.ts';
import { fromSqliteError } from './sqlite-error.ts';
import { StagedSeries } from './staged-series.ts';
import type { NewRun, RunPatch, Store } from './types.ts';

/**
 * A store over an open connection that may write: every writing method is one transaction, all or nothing, or what `assertHeld`
 * throws.
 */
export function writableStore(db: WritableDatabase, path: string, assertHeld: () => void): Store {
  const comparisons = new ComparisonReader(db);
  const comparisonWriter = new ComparisonWriter(db, comparisons);
  const runs = new RunReader(db);
  const runWriter = new RunWriter(db);
  const seriesWriter = new SeriesWriter(db);
  const eventWriter = new EventWriter(db);
  const pictureWriter = new PictureWriter(db);
  const staging = new StagedSeries(db, seriesWriter);

  const atomically = <T>(write: () => T): T => {
    assertHeld();
    const isWithin = db.inTransaction;
    try {
      // Within another one it is a savepoint.
      return db.transaction(write).immediate();
    } catch (error) {
      // SQLite may or may not have rolled back by itself (a full disk): no half of a transaction may stay open.
      if (db.inTransaction && !isWithin) db.exec('ROLLBACK');
      seriesWriter.forget();
      throw fromSqliteError(error, path);
    }
  };

  const readable = readableStore(db, path);
  return {
    ...readable,
    together: (write) => atomically(write),
    createComparison: (input) =>
      atomically(() => {
        const comparison = comparisonWriter.create(input);
        const sequence = sequenceOf(comparison.id);
        const ids = runIds(comparison.id, input.runs.length);
        const created = newRuns(input.runs, comparison.id, ids, comparison.createdAt);
        for (const run of created) runWriter.insert(run, sequence);
        return { comparison, runs: created };
      }),
    addRuns: (id, more) =>
      atomically(() => {
        const sequence = sequenceOf(id);
        const { runs: known, damaged } = readable.storedRuns({ comparison: id });
        const ids = runIds(
          id,
          more.length,
          [...known, ...damaged].map((run) => run.id),
        );
        const created = newRuns(more, id, ids, Date.now());
        for (const run of created) runWriter.insert(run, sequence);
        return created;
      }),
    setBaselines: (id, baselines) => atomically(() => comparisonWriter.setBaselines(id, baselines)),
    addSolution: (id, solution) => atomically(() => comparisonWriter.addSolution(id, solution)),
    renameComparison: (id, name) => atomically(() => comparisonWriter.rename(id, name)),
    removeRuns: (ids) =>
      atomically(() => {
        for (const sequence of ids.map((id) => runs.sequence(id))) {
          pictureWriter.removeAll(sequence);
          runWriter.remove(sequence);
        }
        comparisonWriter.removeEmpty();
        seriesWriter.forget();
      }),
    joinComparison: (run, comparison) =>
      atomically(() => {
        const known = comparisons.get(comparison.id);
        if (known === undefined) throw new AppError('not-found', `there is no comparison ${comparison.id}`);
        join(run, known, comparison);
      }),
    updateRun: (id, patch) => atomically(() => update(id, patch)),
    updateRuns: (changes) =>
      atomically(() => {
        for (const { id, patch } of changes) update(id, patch);
      }),
    addEvent: (runId, event) =>
      atomically(() => {
        const sequence = runs.sequence(runId);
        runWriter.change(sequence, `run ${runId}`, () => eventWriter.add(sequence, event));
      }),
    commit: (batches) =>
      atomically(() => {
        for (const { runId, points, pictures = [], last, progress } of batches) {
          const sequence = runs.sequence(runId);
          const where = `run ${runId}`;
          runWriter.change(sequence, where, () => {
            runWriter.setContents(sequence, seriesWriter.append(sequence, points, where));
            if (pictures.length > 0) pictureWriter.add(sequence, pictures, where);
            runWriter.setProgress(sequence, progress);
            runWriter.mergeMetrics(sequence, last);
          });
        }
      }),
    insertRun: (run, comparison, series, events = [], pictures = []) =>
      atomically(() => {
        const sequence = insert(run, comparison);
        for (const [name, points] of Object.entries(series)) {
          seriesWriter.insert(sequence, name, points, `run ${run.id}`);
        }
        const contents = { series: Object.keys(series).length, tailRows: 0 };
        runWriter.change(sequence, `run ${run.id}`, () => {
          runWriter.setContents(sequence, contents);
          for (const event of events) eventWriter.add(sequence, event, event.at);
          pictureWriter.add(sequence, pictures, `run ${run.id}`);
        });
      }),
    stage() {
      const key = staging.newKey();
      return {
        append: (name, points) => staging.append(key, name, points, atomically),
        adopt: (run, comparison, pictures = []) =>
          atomically(() => {
            const sequence = insert(run, comparison);
            const contents = { series: staging.handOver(key, sequence), tailRows: 0 };
            runWriter.change(sequence, `run ${run.id}`, () => {
              runWriter.setContents(sequence, contents);
              pictureWriter.add(sequence, pictures, `run ${run.id}`);
            });
          }),
        discardSome: () => atomically(() => staging.discardSome(key)),
      };
    },
    close() {
      // Leaves an empty log behind even while others read, so that a log with content means an unclean end.
      try {
        db.pragma('wal_checkpoint(TRUNCATE)');
      } catch {
        // A full or failing disk: everything committed is safe in the log, and the next start moves it.
      } finally {
        db.close();
      }
    },
  };

  function update(id: string, patch: RunPatch): void {
    const sequence = runs.sequence(id);
    const where = `run ${id}`;
    runWriter.change(sequence, where, () => {
      runWriter.update(sequence, patch);
      if (patch.state !== 'completed') return;
      try {
        runWriter.setContents(sequence, seriesWriter.seal(sequence, where));
      } catch (error) {
        // Its points stay where they are; whoever reads them is told. The run is completed all the same.
        if (!(error instanceof DamageError)) throw error;
      }
    });
  }

  /** @returns the key of its row */
  function insert(run: RunRecord, comparison: ComparisonRecord): number {
    if (runs.has(run.id)) {
      throw new AppError('conflict', `the run ${run.id} is in this store already; it was left as it is`);
    }
    const known = comparisons.get(comparison.id);
    if (!known) comparisonWriter.insert(comparison);
    else join(run.id, known, comparison);
    if (known?.exact.length === 0)
      for (const solution of comparison.exact) comparisonWriter.addSolution(comparison.id, solution);
    return runWriter.insert(run, sequenceOf(comparison.id));
  }

  /** What a file of the run says of its comparison beyond what is known. */
  function join(run: string, known: ComparisonRecord, comparison: ComparisonRecord): void {
    if (!isSame(known, comparison)) {
      throw new AppError(
        'conflict',
        `the run ${run} belongs to a comparison ${comparison.id} of ${comparison.problem}, but this store has another comparison with that id`,
      );
    }
    if (!known.baselines && comparison.baselines)
      comparisonWriter.setBaselines(comparison.id, comparison.baselines);
    assertJudgedAlike(run, known, comparison);
    if (known.elsewhere?.problem === null && comparison.elsewhere?.problem)
      comparisonWriter.describe(comparison.id, comparison);
  }

  function sequenceOf(comparison: string): number {
    const sequence = comparisons.sequence(comparison);
    if (sequence === undefined) throw new AppError('not-found', `there is no comparison ${comparison}`);
    return sequence;
  }
}

/** A comparison of a studio was made once. That of a group of scripts has an id that follows from the group, whichever file came first. */
function isSame(known: ComparisonRecord, other: ComparisonRecord): boolean {
  if (known.problem !== other.problem) return false;
  const group = known.elsewhere?.group ?? null;
  if (group === null) return known.createdAt === other.createdAt;
  return group === other.elsewhere?.group;
}

/** @throws AppError `conflict` if two scripts of a group want it judged by different metrics */
function assertJudgedAlike(run: string, known: ComparisonRecord, other: ComparisonRecord): void {
  const [ours, theirs] = [known.elsewhere?.problem, other.elsewhere?.problem];
  if (!ours || !theirs || (ours.metric === theirs.metric && ours.direction === theirs.direction)) return;
  const goal = ({ direction, metric }: NonNullable<typeof ours>) => `${direction} ${metric}`;
  throw new AppError(
    'conflict',
    `the run ${run} of the group ${known.elsewhere?.group ?? ''} is to ${goal(theirs)}, but the runs of that group which are here ${goal(ours)}; give its script the same metric and direction`,
  );
}

function newRuns(
  runs: readonly NewRun[],
  comparison: string,
  ids: readonly string[],
  createdAt: number,
): readonly RunRecord[] {
  return runs.map(({ spec, steps, fork, variant }, index) => ({
    id: ids[index] as string,
    comparison,
    name: shortenedName(
      [
        `${spec.estimator}, seed ${spec.seed}`,
        ...(variant === undefined ? [] : [variant]),
        ...(fork === undefined ? [] : [`from step ${fork.parent.step}`]),
      ].join(', '),
    ),
    spec,
    state: 'queued',
    reason: '',
    step: fork?.parent.step ?? 0,
    steps,
    seconds: fork?.seconds ?? 0,
    stepsPerSecond: 0,
    evaluations: fork?.evaluations ?? 0,
    metrics: {},
    environment: null,
    createdAt,
    startedAt: null,
    endedAt: null,
    notes: '',
    tags: [],
    archivedAt: null,
    parent: fork?.parent ?? null,
    variant: variant ?? null,
    pairing: null,
    alerts: [],
    task: null,
  }));
}
