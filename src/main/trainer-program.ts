/**
 * Trainers run on the Node binary of the `node` package, never on Electron's (docs/adr/0007), from sources that plain Node can
 * read: in a packaged program both lie beside the ASAR archive (electron-builder.config.ts).
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { TrainerProgram } from '../node/trainer-program.ts';

export interface Installation {
  readonly packaged: boolean;
  /** Folder of package.json, or the ASAR archive that stands for it. */
  readonly appPath: string;
  /** Folder of what is packaged beside the archive. */
  readonly resourcesPath: string;
  readonly platform: NodeJS.Platform;
}

/** Beside the archive. */
export const NODE_FOLDER = 'node';
const ENTRY = 'src/trainer/main.ts';

export function trainerProgramOf({
  packaged,
  appPath,
  resourcesPath,
  platform,
}: Installation): TrainerProgram {
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  if (packaged) {
    return { node: join(resourcesPath, NODE_FOLDER, binary), entry: join(`${appPath}.unpacked`, ENTRY) };
  }
  const { resolve } = createRequire(join(appPath, 'package.json'));
  return { node: join(dirname(resolve('node/package.json')), 'bin', binary), entry: join(appPath, ENTRY) };
}
