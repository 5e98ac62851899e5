/**
 * Runs as Parquet (Snappy, row groups of 2^17 points).
 *
 * series.parquet, a row per point, run by run, series by series and in step order:
 *   run, series  STRING
 *   step         INT64, from 0
 *   value        DOUBLE, bit for bit; NaN and infinities as such
 *
 * runs.parquet, a row per run, with the columns of runs.csv: `seed`, `step`, `steps` and `parentStep` are INT64; other numbers,
 * metrics among them, DOUBLE; config.* and settings.* DOUBLE where every run that has the key has a number there, else STRING.
 * Null where runs.csv is empty.
 */
import type * as Hyparquet from 'hyparquet-writer';
import type { RunRecord } from '../../shared/run.ts';
import type { ReadableStore } from '../store/types.ts';
import { runTable, type Cell } from './run-table.ts';
import { seriesParts, storedRuns, type SeriesPart } from './stored-points.ts';
import { writeWholeFiles } from './whole-files.ts';

type Library = typeof Hyparquet;
type Column = Hyparquet.ColumnSource;

/** Points of a row group: all that is in memory at once, some 10 MiB. */
const GROUP = 2 ** 17;

/**
 * Writes `series.parquet` and `runs.parquet` to `folder`, both or none. Memory does not grow with the length of the series.
 * @returns paths of the files
 * @throws AppError `not-found`, `disk-full`, `external`
 */
export async function exportParquet(
  store: ReadableStore,
  runIds: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const runs = storedRuns(store, runIds);
  // Seldom needed: no other export waits for it.
  const library = await import('hyparquet-writer');
  return writeWholeFiles(folder, ['series.parquet', 'runs.parquet'], async ([series = '', table = '']) => {
    await writeGroups(library, series, pointGroups(store, runs));
    await writeGroups(library, table, [runColumns(store, runs)]);
  });
}

/** A row group each; the first says the schema. */
async function writeGroups(
  { fileWriter, ParquetWriter, schemaFromColumnData }: Library,
  path: string,
  groups: Iterable<readonly Column[]>,
): Promise<void> {
  const writer = fileWriter(path);
  let parquet: InstanceType<Library['ParquetWriter']> | undefined;
  for (const columns of groups) {
    const columnData = [...columns];
    parquet ??= new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }) });
    await parquet.write({ columnData, rowGroupSize: GROUP });
  }
  await parquet?.finish();
}

/** The first one also where there is no point, and then empty. */
function* pointGroups(store: ReadableStore, runs: readonly RunRecord[]): Generator<readonly Column[]> {
  let parts: SeriesPart[] = [];
  let points = 0;
  let first = true;
  for (const part of seriesParts(store, runs)) {
    if (points > 0 && points + part.steps.length > GROUP) {
      yield pointColumns(parts, points);
      first = false;
      parts = [];
      points = 0;
    }
    parts.push(part);
    points += part.steps.length;
  }
  if (first || points > 0) yield pointColumns(parts, points);
}

function pointColumns(parts: readonly SeriesPart[], points: number): readonly Column[] {
  const run = new Array<string>(points);
  const series = new Array<string>(points);
  const step = new BigInt64Array(points);
  const value = new Float64Array(points);
  let end = 0;
  for (const part of parts) {
    const begin = end;
    end += part.steps.length;
    run.fill(part.run, begin, end);
    series.fill(part.series, begin, end);
    value.set(part.values, begin);
    part.steps.forEach((own, i) => (step[begin + i] = BigInt(own)));
  }
  return [
    { name: 'run', data: run, type: 'STRING', nullable: false },
    { name: 'series', data: series, type: 'STRING', nullable: false },
    { name: 'step', data: step, type: 'INT64', nullable: false },
    { name: 'value', data: value, type: 'DOUBLE', nullable: false },
  ];
}

function runColumns(store: ReadableStore, runs: readonly RunRecord[]): readonly Column[] {
  const { columns, rows } = runTable(store, runs);
  const lines = [...rows];
  return columns.map(({ name, kind }, i) => {
    const cells = lines.map((line) => line[i] ?? null);
    switch (kind) {
      case 'integer':
        return { name, type: 'INT64', data: cells.map((cell) => (cell === null ? null : BigInt(cell))) };
      case 'number':
        return { name, type: 'DOUBLE', data: cells };
      case 'text':
        return { name, type: 'STRING', data: cells };
      case 'setting':
        return settingColumn(name, cells);
    }
  });
}

function settingColumn(name: string, cells: readonly Cell[]): Column {
  const known = cells.filter((cell) => cell !== null);
  if (known.length > 0 && known.every((cell) => typeof cell === 'number')) {
    return { name, type: 'DOUBLE', data: [...cells] };
  }
  return { name, type: 'STRING', data: cells.map((cell) => (cell === null ? null : String(cell))) };
}
