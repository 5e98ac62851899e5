/** The studio's settings: a small JSON file in the data folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '../node/atomic-file.ts';
import { decodeText } from '../shared/decode-text.ts';
import { settingsSchema, type Settings } from '../shared/contract/settings.ts';
import { fromFileError } from '../node/file-error.ts';

const FILE = 'settings.json';

/** The defaults where there is no file, or one that is damaged: the next change replaces it. */
export function readSettings(dataDir: string): Settings {
  try {
    return settingsSchema.parse(JSON.parse(decodeText(readFileSync(join(dataDir, FILE))) ?? ''));
  } catch {
    return settingsSchema.parse({});
  }
}

export function writeSettings(dataDir: string, settings: Settings): void {
  const path = join(dataDir, FILE);
  try {
    writeFileAtomicSync(path, `${JSON.stringify(settings, null, 2)}\n`);
  } catch (error) {
    throw fromFileError(error, path);
  }
}
