/**
 * What trainers and readers of run files are started with: under plain Node, this process's own binary. A host that is not plain
 * Node (Electron) says it once before it creates a studio.
 */
import { join } from 'node:path';
import { packageRoot, programFile } from './programs.ts';

export interface TrainerProgram {
  /** A Node binary. */
  readonly node: string;
  /** The files of src/trainer/main.ts and src/studio/files/reader-main.ts, or of their bundles, with what they import around them. */
  readonly entry: string;
  readonly reader: string;
  /** The file of bin/main.js, the command line: tasks of executors are started with it. */
  readonly main: string;
}

/**
 * What Node is told for a trainer. V8's nursery for new objects grows to 32 MiB by itself; half of that takes a quarter less memory and no more time
 * (docs/performance-log.md). V8 14.6 reads the properties that a `for (key in object)` visits by a shortcut that only objects
 * have, and where a loop meets arrays as well, as those of tfjs-core do, it compiles the function, finds the shortcut wrong and throws
 * the code away, some hundred times a second for as long as it runs: docs/performance.md, "Two runs at once".
 */
export const TRAINER_FLAGS: readonly string[] = [
  '--max-semi-space-size=16',
  '--no-enable-enumerated-keyed-access-bytecode',
];

/** Below the package. */
export const MAIN = 'bin/main.js';

let chosen: TrainerProgram | undefined;

export function useTrainerProgram(program: TrainerProgram): void {
  chosen = program;
}

export function trainerProgram(): TrainerProgram {
  return (chosen ??= {
    node: process.execPath,
    entry: programFile('trainer'),
    reader: programFile('reader'),
    main: join(packageRoot, MAIN),
  });
}
