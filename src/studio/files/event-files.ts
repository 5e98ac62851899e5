/**
 * Runs as TensorBoard's event files: one folder per run, `<run>.<estimator>.seed-<seed>`, and in it one file
 * `events.out.tfevents.<second in which the run began>.gumbel-studio`. `tensorboard --logdir <folder>` shows them.
 *
 * Every series is a scalar of its name; what was measured at one step is one event. Its step is the training step, its wall time
 * when the step was trained: the start of the run plus training time and pauses until then, to the second or so. Values are single
 * precision, as the format has them (some 7 digits); CSV, JSON Lines and Parquet have them all.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RunRecord } from '../../shared/run.ts';
import type { ReadableStore } from '../store/types.ts';
import { scalarsRecord, versionRecord, type Scalar } from './event-record.ts';
import { seriesRows, storedRuns } from './stored-points.ts';
import { SECONDS, wallTime } from './wall-time.ts';
import { writeWholeFiles } from './whole-files.ts';

/** Bytes that are handed on at once. */
const CHUNK = 2 ** 18;

/**
 * Writes the event file of each run to a folder of its own in `folder`, in the place of an older one, whole or not at all.
 * @returns paths of the files
 * @throws AppError `not-found`, `disk-full`, `external`
 */
export async function exportEventFiles(
  store: ReadableStore,
  runIds: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const run of storedRuns(store, runIds)) {
    const own = join(folder, `${run.id}.${run.spec.estimator}.seed-${run.spec.seed}`);
    const name = `events.out.tfevents.${Math.floor(startOf(run))}.gumbel-studio`;
    const files = await writeWholeFiles(own, [name], ([path = '']) =>
      pipeline(Readable.from(chunksOf(eventsOf(store, run))), createWriteStream(path, { flags: 'wx' })),
    );
    written.push(...files);
  }
  return written;
}

/** Seconds since 1970. */
function startOf({ startedAt, createdAt }: RunRecord): number {
  return (startedAt ?? createdAt) / 1000;
}

function* eventsOf(store: ReadableStore, run: RunRecord): Generator<Buffer> {
  const start = startOf(run);
  yield versionRecord(start);
  const names = store.series(run.id).map(({ name }) => name);
  const passed = wallTime(store.readSeries(run.id, SECONDS), store.events(run.id));
  // The training time of a fork goes on from its parent's.
  const before = run.parent === null ? 0 : (passed.values[0] ?? 0);
  let place = 0;
  for (const { step, values } of seriesRows(store, run.id, names)) {
    while (place + 1 < passed.steps.length && passed.steps[place + 1]! <= step) place++;
    const scalars = values.flatMap((value, i): Scalar[] =>
      value === null ? [] : [{ tag: names[i]!, value }],
    );
    const seconds = (passed.values[place] ?? 0) - before;
    yield scalarsRecord(start + (Number.isFinite(seconds) ? seconds : 0), step, scalars);
  }
}

function* chunksOf(records: Iterable<Buffer>): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for (const record of records) {
    waiting.push(record);
    size += record.length;
    if (size < CHUNK) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  yield Buffer.concat(waiting);
}
