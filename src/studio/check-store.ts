/** A data folder, looked through for damage, and what is whole of it saved into a new one. The folder itself is never written to. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { sha256 } from '../node/digest.ts';
import { idSchema } from '../shared/contract/texts.ts';
import { AppError } from '../shared/errors.ts';
import type { ComparisonRecord, RunRecord } from '../shared/run.ts';
import { splitSafetensors } from '../shared/safetensors.ts';
import { rowFaults, type Fault } from './store/check-rows.ts';
import { DamageError, withoutRemedy } from './store/checksum.ts';
import { connectReadable } from './store/connection.ts';
import { fromFileError } from '../node/file-error.ts';
import { openDamagedStore, openStore } from './store/open.ts';
import { fromSqliteError } from './store/sqlite-error.ts';
import type { DamagedStore, RunEvent, Series } from './store/types.ts';
import { STORE_FILE } from './studio.ts';

const RUNS = 'runs';
const INPUTS = 'inputs';
/** What is copied as it is, beside the runs' folders; the rest belongs to a studio that runs. */
const copied = [INPUTS, 'settings.json'];

/** Throws AppError where there is no store, or one whose format has no checksums. */
export function checkStore(dataDir: string): readonly Fault[] {
  const file = join(dataDir, STORE_FILE);
  const rows = withDamaged(file, () => {
    const db = connectReadable(file);
    try {
      return rowFaults(db);
    } catch (error) {
      const wrong = fromSqliteError(error, file);
      return [{ run: '', table: '', message: wrong instanceof Error ? wrong.message : String(wrong) }];
    } finally {
      db.close();
    }
  });
  return [...rows, ...fileFaults(dataDir)];
}

function withDamaged(file: string, check: () => readonly Fault[]): readonly Fault[] {
  try {
    openDamagedStore(file).close();
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'external') throw error;
    return [{ run: '', table: '', message: error.message }];
  }
  return check();
}

/** Files whose digest is known: all of parameters in them, input files by their name. */
function fileFaults(dataDir: string): readonly Fault[] {
  const faults: Fault[] = [];
  for (const path of filesBelow(join(dataDir, RUNS)).filter((name) => name.endsWith('.safetensors'))) {
    const [run = ''] = path.slice(join(dataDir, RUNS).length + 1).split(/[\\/]/);
    try {
      splitSafetensors(readFileSync(path), path, sha256);
    } catch (error) {
      faults.push({ run, table: 'file', message: error instanceof Error ? error.message : String(error) });
    }
  }
  for (const path of filesBelow(join(dataDir, INPUTS))) {
    const [digest] = /^[0-9a-f]{16}(?=-)/.exec(basename(path)) ?? [];
    if (digest !== undefined && !sha256(readFileSync(path)).startsWith(digest)) {
      faults.push({ run: '', table: 'file', message: `${path} does not match the digest in its name` });
    }
  }
  return faults;
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

interface Salvage {
  readonly runs: number;
  /** A sentence for everything that was left behind. */
  readonly lost: readonly string[];
}

/** Throws AppError `conflict` if the new folder holds anything, or lies in the old one. */
export function salvage(dataDir: string, target: string): Salvage {
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new AppError('conflict', `${target} is not empty; name a folder that does not exist yet`, {
      path: target,
    });
  }
  if (resolve(target).startsWith(resolve(dataDir) + sep)) {
    throw new AppError(
      'conflict',
      `${target} lies in the damaged data folder, which is left as it is; name another`,
      { path: target },
    );
  }
  const source = openDamagedStore(join(dataDir, STORE_FILE));
  try {
    mkdirSync(target, { recursive: true });
    for (const name of copied) {
      if (existsSync(join(dataDir, name)))
        cpSync(join(dataDir, name), join(target, name), { recursive: true });
    }
    const store = openStore(join(target, STORE_FILE));
    try {
      const lost: string[] = [];
      let runs = 0;
      for (const { run, comparison, damage } of source.everyRun()) {
        if (damage !== '') lost.push(damage);
        if (run === null) continue;
        const kept = readWhole(source, run, lost);
        const marked =
          kept.missing === 0 ? run : { ...run, notes: run.notes + noteOf(lost.slice(-kept.missing)) };
        store.insertRun(marked, comparisonOf(comparison, run), kept.series, kept.events, kept.pictures);
        copyFolder(dataDir, target, run.id, lost);
        runs += 1;
      }
      return { runs, lost: lost.map(withoutRemedy) };
    } finally {
      store.close();
    }
  } catch (error) {
    throw fromFileError(error, target);
  } finally {
    source.close();
  }
}

/** The points of whole blocks, the log if it is whole, and whole pictures. */
function readWhole(source: DamagedStore, run: RunRecord, lost: string[]) {
  const before = lost.length;
  const series: Record<string, Series> = Object.create(null) as Record<string, Series>;
  for (const { name, points } of source.wholeSeries(run.id, (damage) => lost.push(damage))) {
    if (points.steps.length > 0) series[name] = points;
  }
  let events: readonly RunEvent[] = [];
  try {
    events = source.events(run.id);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    lost.push(error instanceof DamageError ? error.message : `run ${run.id}: its log cannot be read`);
  }
  const pictures = source.wholePictures(run.id, (damage) => lost.push(damage));
  return { series, events, pictures, missing: lost.length - before };
}

function noteOf(lost: readonly string[]): string {
  return `\n\nSalvaged from a damaged store; lost:\n${lost.map((line) => `- ${withoutRemedy(line)}`).join('\n')}\n`.slice(
    0,
    10_000,
  );
}

/** One of which only the runs are left is made anew. */
function comparisonOf(known: ComparisonRecord | null, run: RunRecord): ComparisonRecord {
  return (
    known ?? {
      id: run.comparison,
      name: `Salvaged ${run.comparison}`,
      problem: run.spec.problem,
      preset: null,
      backend: run.spec.backend,
      baselines: null,
      variantBaselines: [],
      exact: [],
      verdict: null,
      elsewhere: null,
      sweep: null,
      confirms: null,
      guide: null,
      executor: null,
      createdAt: run.createdAt,
    }
  );
}

function copyFolder(dataDir: string, target: string, id: string, lost: string[]): void {
  const from = join(dataDir, RUNS, id);
  if (!idSchema.safeParse(id).success || !existsSync(from)) return;
  cpSync(from, join(target, RUNS, id), {
    recursive: true,
    filter(path) {
      if (!path.endsWith('.safetensors')) return true;
      try {
        splitSafetensors(readFileSync(path), path, sha256);
        return true;
      } catch {
        lost.push(`run ${id}: ${path} does not match its digest`);
        return false;
      }
    },
  });
}
