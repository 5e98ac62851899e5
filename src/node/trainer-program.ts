/**
 * What trainers and readers of run files are started with: under plain Node, this process's own binary. A host that is not plain
 * Node (Electron) says it once before it creates a studio.
 */
import { programFile } from './programs.ts';

export interface TrainerProgram {
  /** A Node binary. */
  readonly node: string;
  /** The files of src/trainer/main.ts and src/studio/files/reader-main.ts, or of their bundles, with what they import around them. */
  readonly entry: string;
  readonly reader: string;
}

let chosen: TrainerProgram | undefined;

export function useTrainerProgram(program: TrainerProgram): void {
  chosen = program;
}

export function trainerProgram(): TrainerProgram {
  return (chosen ??= {
    node: process.execPath,
    entry: programFile('trainer'),
    reader: programFile('reader'),
  });
}
