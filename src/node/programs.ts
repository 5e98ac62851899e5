/**
 * Where the package lies, and with which file each of its programs starts: the bundle in out/programs, which starts in a fraction
 * of the time, as long as it is made of the sources as they are now; else the sources. Decided here and nowhere else
 * (docs/adr/0018), once per process, so that a studio and its trainers are of one age.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What each is made of; `watchdog` is a thread. */
export const programSources = {
  cli: 'src/cli/main.ts',
  trainer: 'src/trainer/main.ts',
  reader: 'src/studio/files/reader-main.ts',
  watchdog: 'src/node/watchdog-thread.ts',
} as const;

export type ProgramName = keyof typeof programSources;

/** Folder of package.json, or the ASAR archive that stands for it: above the sources as above any bundle of them. */
export const packageRoot = rootAbove(import.meta.dirname);

export const PROGRAMS_FOLDER = 'out/programs';
/** In that folder, written last: a JSON list of what the bundles are made of. */
export const INPUTS_FILE = 'inputs.json';

/** Path below the package, size in bytes, time of the last change in ms; size -1: there is none. */
export type Input = readonly [path: string, size: number, changed: number];

export function inputAt(root: string, path: string): Input {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  return found === undefined ? [path, -1, 0] : [path, found.size, found.mtimeMs];
}

/**
 * Whether every input is still the file that the bundles below `root` were made of. Comparing sizes and times for equality also
 * notices files that come back from a backup, with a time before that of the bundles.
 */
export function areProgramsFresh(root: string): boolean {
  let inputs: readonly Input[];
  try {
    inputs = JSON.parse(readFileSync(join(root, PROGRAMS_FOLDER, INPUTS_FILE), 'utf8')) as readonly Input[];
  } catch {
    return false;
  }
  return inputs.every(([path, size, changed]) => {
    const now = inputAt(root, path);
    return now[1] === size && now[2] === changed;
  });
}

let builtHere: boolean | undefined;

/** What runs from a bundle starts its neighbours, whatever has become of the sources meanwhile. */
function startsBuilt(): boolean {
  builtHere ??= import.meta.dirname === join(packageRoot, PROGRAMS_FOLDER) || areProgramsFresh(packageRoot);
  return builtHere;
}

let identity: string | undefined;

/** The same as long as trainers are: what was found out with one is then true of the other. */
export function programIdentity(): string {
  return (identity ??= createHash('sha256').update(contents()).digest('hex').slice(0, 16));
}

/** Of the bundles the list of all that they are made of, of the sources such a list; an archive may have nothing but its manifest. */
function contents(): string {
  try {
    if (startsBuilt()) return readFileSync(join(packageRoot, PROGRAMS_FOLDER, INPUTS_FILE), 'utf8');
    const below = ['trainer', 'engine'].flatMap((folder) =>
      readdirSync(join(packageRoot, 'src', folder), { recursive: true, encoding: 'utf8' })
        .sort()
        .map((path) => inputAt(packageRoot, join('src', folder, path))),
    );
    return JSON.stringify([inputAt(packageRoot, 'package.json'), ...below]);
  } catch {
    return readFileSync(join(packageRoot, 'package.json'), 'utf8');
  }
}

/** The file that a program starts with. */
export function programFile(name: ProgramName, built = startsBuilt()): string {
  return join(packageRoot, built ? `${PROGRAMS_FOLDER}/${name}.js` : programSources[name]);
}

function rootAbove(folder: string): string {
  let root = folder;
  while (!existsSync(join(root, 'package.json')) && dirname(root) !== root) root = dirname(root);
  return root;
}
