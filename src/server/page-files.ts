/** The built page: the files that were there when the server started, by their address, and nothing else. */
import { readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { packageRoot } from '../node/programs.ts';

const BUILT_PAGE = join(packageRoot, 'out/renderer');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface PageFile {
  readonly path: string;
  readonly type: string;
}

/** Empty if the page is not built. */
export function pageFiles(folder: string = BUILT_PAGE): ReadonlyMap<string, PageFile> {
  let entries;
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return new Map();
  }
  const files = new Map<string, PageFile>();
  for (const entry of entries) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { path, type });
  }
  const index = files.get('/index.html');
  return index === undefined ? files : files.set('/', index);
}
