/** Many hostile run files, one after the other, into one studio. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AppError } from '../../../src/shared/errors.ts';
import type { RunRecord } from '../../../src/shared/run.ts';
import { openRunFile } from '../../../src/studio/files/run-file.ts';
import { sourceOf } from '../../../src/studio/find-run.ts';
import { ask } from '../../../src/studio/jobs/ask.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import { tempFolder } from '../cli.ts';
import { listFolder } from '../snapshots.ts';
import { goodValues, hostileChanges, writeValues, type HostileChanges } from './hostile-values.ts';
import { clientOf, showEverything } from './show-everything.ts';

/** Characters, as a person is told them. */
const LONGEST_SENTENCE = 5000;

export interface HostileTrials {
  readonly trials: number;
  readonly seed: number;
  /** The product's own way, a process for each file; or its parts in this process, some hundred times as fast. */
  readonly through: 'process' | 'here';
  /** Of so many accepted runs one is also asked for its menu, in a trainer process; 0: none. */
  readonly menus?: number;
  onProgress?(done: number): void;
}

export interface HostileCounts {
  /** Could not be written. */
  unwritable: number;
  refused: number;
  accepted: number;
  /** Of the accepted, those that were asked for their menu: it came, or one sentence why not. */
  menus: number;
  /** Neither refused in a sentence nor shown everywhere: what was said instead. */
  failed: readonly string[];
  /** Of the accepted, those that stayed, when the next studio has opened them all: in the page's list, and not. */
  listed: number;
  unlisted: number;
}

/** Every file is tried, whatever came of those before. */
export async function tryHostileFiles(options: HostileTrials): Promise<HostileCounts> {
  const own = tempFolder();
  const dataDir = join(own.path, 'data');
  try {
    const counts = await tryInStudio(dataDir, own.path, options);
    return { ...counts, ...(await listFolder(dataDir)) };
  } finally {
    own.remove();
  }
}

type TrialCounts = Omit<HostileCounts, 'listed' | 'unlisted'>;

async function tryInStudio(dataDir: string, folder: string, options: HostileTrials): Promise<TrialCounts> {
  const studio = createStudio({ dataDir, program: 'test' });
  try {
    return await tryOn(studio, folder, options);
  } finally {
    await studio.close();
  }
}

async function tryOn(
  studio: Studio,
  folder: string,
  { trials, seed, through, menus = 0, onProgress }: HostileTrials,
): Promise<TrialCounts> {
  const counts = { unwritable: 0, refused: 0, accepted: 0, menus: 0, failed: [] as string[] };
  const client = clientOf(studio);
  const out = join(folder, 'out');
  mkdirSync(out);
  const tryOne = async (file: string, id: string, changes: HostileChanges): Promise<void> => {
    const values = goodValues(id);
    for (const change of changes) change(values);
    if (!writeValues(file, values)) {
      counts.unwritable += 1;
      return;
    }
    const cursor = studio.feed.cursor;
    const known = new Set(studio.store.runs().map(({ id }) => id));
    try {
      const run = await takenIn(studio, file, through);
      if (run === undefined) {
        counts.refused += 1;
        return;
      }
      counts.accepted += 1;
      await showEverything(studio, client, run.id, cursor, out, counts.accepted % 5 === 0);
      if (through === 'process' && menus > 0 && counts.accepted % menus === 0) {
        counts.menus += 1;
        await askForMenu(studio, run);
      }
      // Some stay, so that there are neighbours.
      if (counts.accepted % 20 !== 0) studio.store.removeRuns([run.id]);
    } catch (error) {
      counts.failed.push(`${id}: ${storyOf(error)}`);
      // What cannot be shown would fail all that come after it.
      const { runs, damaged } = studio.store.storedRuns();
      const added = [...runs, ...damaged].map(({ id }) => id).filter((id) => !known.has(id));
      if (added.length > 0) studio.store.removeRuns(added);
    }
  };
  for (const [trial, changes] of fc.sample(hostileChanges, { seed, numRuns: trials }).entries()) {
    const file = join(folder, `${trial}.gsrun`);
    await tryOne(file, `c${trial}`, changes);
    rmSync(file, { force: true });
    if (trial % 100 === 99) onProgress?.(trial + 1);
  }
  return counts;
}

/** Undefined: it was refused in a sentence. */
async function takenIn(
  studio: Studio,
  file: string,
  through: HostileTrials['through'],
): Promise<RunRecord | undefined> {
  try {
    return through === 'process' ? await studio.imports.open(file) : takeHere(studio, file);
  } catch (error) {
    if (!(error instanceof AppError) || error.kind !== 'validation') throw error;
    if (error.message.length > LONGEST_SENTENCE) throw new Error('that is no sentence', { cause: error });
    return undefined;
  }
}

function storyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? `\n${storyOf(error.cause)}` : '';
  return `${(error.stack ?? error.message).slice(0, 1000)}${cause}`;
}

function takeHere(studio: Studio, file: string): RunRecord {
  const { records, reader, close } = openRunFile(file);
  try {
    const staged = studio.store.stage();
    for (const { name, points } of reader.points()) staged.append(name, points);
    const pictures = [...reader.pictures()].flatMap(({ kept, content }) =>
      kept.map((one) => ({ ...one, content })),
    );
    staged.adopt(records.run, records.comparison, pictures);
    return records.run;
  } finally {
    close();
  }
}

/** The menu, or one sentence why there is none. */
async function askForMenu(studio: Studio, run: RunRecord): Promise<void> {
  try {
    const source = { run: sourceOf(run, studio.dataDir), name: 'menu' };
    await ask('export', source, { signal: AbortSignal.timeout(120_000) });
  } catch (error) {
    const told =
      error instanceof AppError && ['validation', 'precondition', 'not-found'].includes(error.kind);
    if (!told) throw error;
  }
}
