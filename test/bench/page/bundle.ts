/** Size of the built page, as a server that compresses would send it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { figure, type Figure } from './figure.ts';

const FOLDER = fileURLToPath(new URL('../../../out/renderer', import.meta.url));

export function measureBundle(): readonly Figure[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(?:js|css|html)$/.test(file),
  );
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(FOLDER, file))).length, 0);
  return [
    figure('bundle, gzip, scripts and styles', `${(bytes / 1e6).toFixed(2)} MB`, '< 1.5 MB', bytes < 1.5e6),
  ];
}
