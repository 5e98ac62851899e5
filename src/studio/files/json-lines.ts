/**
 * Runs as JSON Lines (UTF-8, one JSON value a line).
 *
 * series.jsonl, one point a line, run by run, series by series and in step order:
 *   {"run":"k3f9x2ab-03","series":"loss","step":0,"value":0.25}
 * A value has all its digits. One that is not finite is the text "NaN", "Infinity" or "-Infinity", as in CSV: JSON has no number
 * for it, and null would not tell them apart.
 *
 * runs.jsonl, one run a line: the keys of the first columns of runs.csv (`id` to `variant`; null where those are empty), then
 *   metrics      last values by name; null: the last is not a number
 *   config, settings  complete, as the run was trained with
 *   environment  versions and machine; null: it has not run yet
 *   notes, tags  what a person wrote
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RunRecord } from '../../shared/run.ts';
import { at } from '../store/columns.ts';
import type { ReadableStore } from '../store/types.ts';
import { fixedCells } from './run-table.ts';
import { seriesParts, storedRuns } from './stored-points.ts';
import { writeWholeFiles } from './whole-files.ts';

/**
 * Writes `series.jsonl` and `runs.jsonl` to `folder`, both or none. Memory does not grow with the length of the series.
 * @returns paths of the files
 * @throws AppError `not-found`, `disk-full`, `external`
 */
export async function exportJsonLines(
  store: ReadableStore,
  runIds: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const runs = storedRuns(store, runIds);
  return writeWholeFiles(folder, ['series.jsonl', 'runs.jsonl'], async ([series = '', table = '']) => {
    await writeTexts(series, pointLines(store, runs));
    await writeTexts(table, runLines(store, runs));
  });
}

function writeTexts(path: string, texts: Iterable<string>): Promise<void> {
  return pipeline(Readable.from(texts), createWriteStream(path, { flags: 'wx' }));
}

/** Many lines at a time. */
function* pointLines(store: ReadableStore, runs: readonly RunRecord[]): Generator<string> {
  for (const { run, series, steps, values } of seriesParts(store, runs)) {
    const head = `{"run":${JSON.stringify(run)},"series":${JSON.stringify(series)},"step":`;
    let lines = '';
    for (let i = 0; i < steps.length; i++) {
      lines += `${head}${at(steps, i)},"value":${numberText(at(values, i))}}\n`;
    }
    if (lines !== '') yield lines;
  }
}

function* runLines(store: ReadableStore, runs: readonly RunRecord[]): Generator<string> {
  for (const run of runs) {
    const { metrics, environment, notes, tags } = run;
    const { config, settings } = run.spec;
    const line = { ...fixedCells(store, run), metrics, config, settings, environment, notes, tags };
    yield `${JSON.stringify(line)}\n`;
  }
}

/** JSON.stringify would make -0 a 0, and what is not finite a null. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
