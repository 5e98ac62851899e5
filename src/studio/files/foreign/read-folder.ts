/**
 * Folders of runs: TensorBoard's (a folder per run, with event files) and MLflow's (`mlruns/<experiment>/<run>` with `metrics/<name>`,
 * a text file with lines of timestamp, value and step; `params/<name>` and `tags/mlflow.runName` beside it).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { readValue } from '../../../shared/assignments.ts';
import { ForeignRuns, foreignLimits, type ForeignRun } from './foreign-run.ts';
import { readEvents } from './read-events.ts';

const DEEPEST = 6;
const SECONDS = 'seconds';

export type FolderKind = 'tensorboard' | 'mlflow';

/** @throws AppError validation if there are no runs of either kind in it */
export function readFolderRuns(
  folder: string,
  progress: (share: number) => void,
): { readonly kind: FolderKind; readonly runs: ReadonlyMap<string, ForeignRun> } {
  const found = new ForeignRuns(folder);
  const files = filesBelow(folder);
  const events = files.filter((file) => basename(file).includes('tfevents'));
  if (events.length > 0) {
    events.forEach((file, i) => {
      readEventRun(file, found.run(nameOf(folder, join(file, '..'))), found);
      progress(i / events.length);
    });
    return { kind: 'tensorboard', runs: found.runs };
  }
  const metrics = files.filter((file) => relative(folder, file).split(sep).includes('metrics'));
  if (metrics.length === 0) {
    throw new AppError(
      'validation',
      `${folder}: expected TensorBoard event files (*tfevents*) or MLflow runs (metrics/), found neither; name a file, or another folder.`,
    );
  }
  metrics.forEach((file, i) => {
    const parts = relative(folder, file).split(sep);
    const at = parts.indexOf('metrics');
    const home = join(folder, ...parts.slice(0, at));
    const run = found.run(nameOf(folder, home));
    readMlflowMetric(file, parts.slice(at + 1).join('/'), run, found);
    progress(i / metrics.length);
  });
  for (const file of files) readMlflowFact(folder, file, found);
  return { kind: 'mlflow', runs: found.runs };
}

/** Scalars of one file of a run, which may have several; where nothing is called seconds, the time since its first point is. */
export function readEventRun(file: string, run: ForeignRun, found: ForeignRuns): void {
  const times: [number, number][] = [];
  for (const { tag, step, value, wallTime } of readEvents(bytesOf(file), file)) {
    if (tag === SECONDS) run.clock = 'own';
    run.clock ??= wallTime;
    found.add(run, tag, step, value, `step ${step}`);
    if (run.clock !== 'own' && times.at(-1)?.[0] !== step) times.push([step, wallTime - run.clock]);
  }
  if (run.clock === 'own') return;
  for (const [step, seconds] of times) found.add(run, SECONDS, step, seconds, `step ${step}`);
}

function readMlflowMetric(file: string, metric: string, run: ForeignRun, found: ForeignRuns): void {
  const lines = bytesOf(file).toString('utf8').split('\n');
  lines.forEach((line, i) => {
    if (line.trim() === '') return;
    const [, value = '', step = '0'] = line.trim().split(/\s+/);
    const number = /^[+-]?(nan|inf(inity)?)$/i.test(value)
      ? Number(value.replace(/inf(inity)?/i, 'Infinity').replace(/nan/i, 'NaN'))
      : Number(value === '' ? 'x' : value);
    const isWord = /nan/i.test(value);
    if (Number.isNaN(number) && !isWord) {
      // The last line of a run that goes on may be cut.
      if (i === lines.length - 1) return;
      throw new AppError(
        'validation',
        `${file}, line ${i + 1}: expected a timestamp, a value and a step, found ${JSON.stringify(line.slice(0, 40))}; correct the line.`,
      );
    }
    found.add(run, metric, Number(step), number, `${metric}, line ${i + 1}`);
  });
}

/** Parameters and the name of a run that has metrics. */
function readMlflowFact(folder: string, file: string, found: ForeignRuns): void {
  const parts = relative(folder, file).split(sep);
  const at = parts.findIndex((part) => part === 'params' || part === 'tags');
  if (at < 0) return;
  const run = found.runs.get(nameOf(folder, join(folder, ...parts.slice(0, at))));
  if (run === undefined) return;
  const key = parts.slice(at + 1).join('/');
  const text = bytesOf(file).toString('utf8').trim();
  if (parts[at] === 'tags') {
    if (key === 'mlflow.runName' && text !== '') run.name = text;
    return;
  }
  const value = readValue(text);
  if (key === 'seed' && typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
    run.seed = value;
  else run.config[key] = value;
}

function nameOf(folder: string, home: string): string {
  const name = relative(folder, home).split(sep).join('/');
  return name === '' ? basename(folder) : name;
}

/** @throws AppError validation for more than is read */
export function bytesOf(file: string): Buffer {
  const { size } = statSync(file);
  if (size > foreignLimits.bytes) {
    throw new AppError(
      'validation',
      `${file}: expected at most ${foreignLimits.bytes / 2 ** 20} MiB, found ${Math.ceil(size / 2 ** 20)} MiB; split the file.`,
    );
  }
  return readFileSync(file);
}

/** Regular files, sorted; links are not followed. */
function filesBelow(folder: string, depth = 0): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isFile()) files.push(path);
    else if (entry.isDirectory() && depth < DEEPEST) files.push(...filesBelow(path, depth + 1));
    if (files.length > foreignLimits.files)
      throw new AppError(
        'validation',
        `${folder}: expected at most ${foreignLimits.files} files, found more; name a folder inside.`,
      );
  }
  return files;
}
