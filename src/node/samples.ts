/**
 * What comes with the studio, by kind: a folder below resources/, in which each entry is a sample, called as it is without its
 * ending. Which kind a sample is of, the config key says that names it.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { sampleReference } from '../shared/reference.ts';
import { packageRoot } from './programs.ts';

export interface Sample {
  readonly name: string;
  /** Its file or folder. */
  readonly path: string;
}

/** By name; none of a kind that nothing comes with. */
export function samplesOf(kind: string): readonly Sample[] {
  const folder = join(packageRoot, 'resources', kind);
  return entriesOf(folder)
    .filter((entry) => !entry.startsWith('.'))
    .sort()
    .map((entry) => ({ name: entry.replace(/\..*$/, ''), path: join(folder, entry) }));
}

/**
 * The file or folder of a sample.
 * @param kind undefined: whoever reads it takes no samples
 * @param at the config key that names it, for the message
 * @throws AppError validation if no sample can be meant here, not-found if there is none of that name
 */
export function samplePath(kind: string | undefined, name: string, at?: string): string {
  const where = at === undefined ? '' : `${at}: `;
  const path = at === undefined ? {} : { path: at };
  if (kind === undefined) {
    throw new AppError(
      'validation',
      `${where}${sampleReference(name)}: no samples can be read here; name a file or folder`,
      path,
    );
  }
  if (!/^[a-z0-9-]+$/.test(name)) {
    throw new AppError(
      'validation',
      `${where}${sampleReference(name)}: a sample's name has only letters, digits and hyphens`,
      path,
    );
  }
  const all = samplesOf(kind);
  const found = all.find((sample) => sample.name === name);
  if (found === undefined) {
    const known = all.map((sample) => sampleReference(sample.name)).join(', ');
    throw new AppError(
      'not-found',
      `${where}${sampleReference(name)}: no such file or folder; the studio comes with ${known}`,
      path,
    );
  }
  return found.path;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
