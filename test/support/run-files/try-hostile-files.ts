/** Many hostile run files, one after the other, into one studio. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AppError } from '../../../src/shared/errors.ts';
import type { RunRecord } from '../../../src/shared/run.ts';
import { openRunFile } from '../../../src/studio/files/run-file.ts';
import { menuAsCsv, trainedRun } from '../../../src/studio/menus.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import { tempFolder } from '../cli.ts';
import { goodValues, hostileChanges, writeValues } from './hostile-values.ts';
import { clientOf, showEverything } from './show-everything.ts';

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
}

/** @throws at the first file that is neither refused in a sentence nor shown everywhere */
export async function tryHostileFiles(options: HostileTrials): Promise<HostileCounts> {
  const { trials, seed, through, menus = 0 } = options;
  const counts: HostileCounts = { unwritable: 0, refused: 0, accepted: 0, menus: 0 };
  const own = tempFolder();
  const studio = createStudio({ dataDir: join(own.path, 'data'), program: 'test' });
  const client = clientOf(studio);
  const out = join(own.path, 'out');
  mkdirSync(out);
  let trial = 0;
  try {
    await fc.assert(
      fc.asyncProperty(hostileChanges, async (changes) => {
        const file = join(own.path, `${trial++}.gsrun`);
        const values = goodValues(`c${trial}`);
        for (const change of changes) change(values);
        if (!writeValues(file, values)) {
          counts.unwritable += 1;
          return;
        }
        const cursor = studio.feed.cursor;
        let run: RunRecord;
        try {
          run = through === 'process' ? await studio.imports.open(file) : takeHere(studio, file);
        } catch (error) {
          if (!(error instanceof AppError) || error.kind !== 'validation') throw error;
          if (error.message.length > 5000) throw new Error('that is no sentence', { cause: error });
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
        if (trial % 100 === 0) options.onProgress?.(trial);
      }),
      { seed, numRuns: trials, endOnFailure: true },
    );
    return counts;
  } finally {
    await studio.close();
    own.remove();
  }
}

function takeHere(studio: Studio, file: string): RunRecord {
  const { records, reader, close } = openRunFile(file);
  try {
    const staged = studio.store.stage();
    for (const { name, points } of reader.points()) staged.append(name, points);
    staged.adopt(records.run, records.comparison);
    return records.run;
  } finally {
    close();
  }
}

/** The menu, or one sentence why there is none. */
async function askForMenu(studio: Studio, run: RunRecord): Promise<void> {
  try {
    await menuAsCsv(trainedRun(run, studio.dataDir), AbortSignal.timeout(120_000));
  } catch (error) {
    const told =
      error instanceof AppError && ['validation', 'precondition', 'not-found'].includes(error.kind);
    if (!told) throw error;
  }
}
