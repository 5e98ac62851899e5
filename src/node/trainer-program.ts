/**
 * What a trainer is started with. Under plain Node: this process's own binary on the sources beside this file. A host that is
 * not plain Node (Electron), or whose code is bundled, says both once before it creates a studio.
 */
import { fileURLToPath } from 'node:url';

export interface TrainerProgram {
  /** A Node binary. */
  readonly node: string;
  /** The file of src/trainer/main.ts, with the sources and packages that it imports around it. */
  readonly entry: string;
}

let chosen: TrainerProgram | undefined;

export function useTrainerProgram(program: TrainerProgram): void {
  chosen = program;
}

export function trainerProgram(): TrainerProgram {
  return (
    chosen ?? {
      node: process.execPath,
      entry: fileURLToPath(new URL('../trainer/main.ts', import.meta.url)),
    }
  );
}
