/**
 * The virtual environment of Python that the benches take their peers from, where `npm run bench:peers` has made one; Debian's Python
 * otherwise.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import envPaths from 'env-paths';

/** What a bench compares with, newest release first; a name as `pip` has it. */
export const peers = {
  torch: { module: 'torch', packages: ['torch'], debian: 'python3-torch' },
  gensim: { module: 'gensim', packages: ['gensim'], debian: 'python3-gensim' },
  pandas: { module: 'pandas', packages: ['pandas'], debian: 'python3-pandas' },
  numpy: { module: 'numpy', packages: ['numpy'], debian: 'python3-numpy' },
  /** Its releases after 0.4 name Python below 3.10, and run on later ones. */
  obp: { module: 'obp', packages: ['obp'], debian: undefined },
} as const;

export type PeerName = keyof typeof peers;

export const peersFolder =
  process.env['GUMBEL_STUDIO_PEERS'] ?? join(envPaths('gumbel-studio', { suffix: '' }).cache, 'peers');

/** Written last: an environment without it is one that somebody interrupted. */
export const madeFile = join(peersFolder, 'made.json');

const DEBIAN = '/usr/bin/python3';

/** Python of the peers. */
export const python = existsSync(madeFile) ? join(peersFolder, 'bin', 'python') : DEBIAN;

/** Whether the peer is here; says what would bring it where it is not, as a bench without its peer shows nothing. */
export function hasPeer(name: PeerName): boolean {
  const { module, debian } = peers[name];
  if (spawnSync(python, ['-c', `import ${module}`]).status === 0) return true;
  const installed = debian === undefined ? '' : `, or apt-get install ${debian}`;
  console.info(`${name}: SKIPPED, not a pass: ${python} does not have it (npm run bench:peers${installed})`);
  return false;
}

/** Versions of the peers that are here, for the record. */
export function peerVersions(): Readonly<Record<string, string>> {
  if (python === DEBIAN) return { python: 'Debian' };
  return JSON.parse(readFileSync(madeFile, 'utf8')) as Readonly<Record<string, string>>;
}
