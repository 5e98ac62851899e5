/** What is installed around the page: the program's id, the Electron that it needs, and Node and the trainer beside it. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { programFile, programSources } from '../node/programs.ts';
import { MAIN, type TrainerProgram } from '../node/trainer-program.ts';

/** How Windows knows the program: notifications come under this name. electron-builder gives it to the installed program. */
export const APP_ID = 'org.gumbel-studio.studio';

/** Oldest Electron that has every fix the studio relies on (16). */
const FLOOR = [45, 4] as const;

/** One sentence if this Electron is too old, else ''. */
export function versionProblem(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const fits = major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1]);
  return fits ? '' : `Electron ${version} is too old; this window needs ${FLOOR.join('.')} or later`;
}

interface Installation {
  readonly packaged: boolean;
  /** Folder of package.json, or the ASAR archive that stands for it. */
  readonly appPath: string;
  /** Folder of what is packaged beside the archive. */
  readonly resourcesPath: string;
  readonly platform: NodeJS.Platform;
}

/** Beside the archive. */
export const NODE_FOLDER = 'node';

/**
 * Trainers run on the Node binary of the `node` package, never on Electron's (docs/adr/0007), from sources that plain Node can
 * read: in a packaged program both lie beside the ASAR archive (electron-builder.config.ts).
 */
export function trainerProgramOf({
  packaged,
  appPath,
  resourcesPath,
  platform,
}: Installation): TrainerProgram {
  const binary = platform === 'win32' ? 'node.exe' : 'node';
  if (packaged) {
    const unpacked = `${appPath}.unpacked`;
    return {
      node: join(resourcesPath, NODE_FOLDER, binary),
      entry: join(unpacked, programSources.trainer),
      reader: join(unpacked, programSources.reader),
      main: join(unpacked, MAIN),
    };
  }
  const { resolve } = createRequire(join(appPath, 'package.json'));
  return {
    node: join(dirname(resolve('node/package.json')), 'bin', binary),
    entry: programFile('trainer'),
    reader: programFile('reader'),
    main: join(appPath, MAIN),
  };
}
