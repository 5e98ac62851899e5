/** Where runs are kept: a chosen folder, that of GUMBEL_STUDIO_DATA, or the user's data folder. */
import { resolve } from 'node:path';
import envPaths from 'env-paths';

export function dataFolder(chosen?: string): string {
  return resolve(
    chosen ?? process.env['GUMBEL_STUDIO_DATA'] ?? envPaths('gumbel-studio', { suffix: '' }).data,
  );
}
