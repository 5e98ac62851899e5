/** What comes with the studio: bidders, and trained flows. */
import { fileURLToPath } from 'node:url';
import { AppError } from '../shared/errors.ts';
import { sampleReference, type SampleKind } from '../shared/reference.ts';

const ending: Readonly<Record<SampleKind, string>> = { bidders: '', flows: '.safetensors' };

export function sampleFolder(kind: SampleKind): string {
  return fileURLToPath(new URL(`../../resources/${kind}`, import.meta.url));
}

/**
 * The file or folder of a sample.
 * @param at the config key that names it, for the message
 * @throws AppError validation if no sample can be called that
 */
export function samplePath(kind: SampleKind, name: string, at?: string): string {
  if (!/^[a-z0-9-]+$/.test(name)) {
    const where = at === undefined ? '' : `${at}: `;
    throw new AppError(
      'validation',
      `${where}${sampleReference(name)}: a sample's name has only letters, digits and hyphens`,
      at === undefined ? {} : { path: at },
    );
  }
  return fileURLToPath(new URL(`../../resources/${kind}/${name}${ending[kind]}`, import.meta.url));
}
