/** Files that replace others whole or not at all, on a disk that takes a part of them. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeFileAtomic, writeFileAtomicSync } from '../../src/node/atomic-file.ts';
import { tempFolder } from '../support/cli.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { needsUnix, where } from '../support/where.ts';

const folder = tempFolder();
const disk = join(folder.path, 'disk');
mkdirSync(disk);
const whyNoDisk = mountSmallDisk(disk, '256k');

afterAll(() => {
  if (whyNoDisk === '') execFileSync('umount', [disk]);
  folder.remove();
});

const ways = [
  ['waiting', (path: string, data: string | Uint8Array) => writeFileAtomic(path, data)],
  [
    'at once',
    (path: string, data: string | Uint8Array) =>
      new Promise<void>((resolve) => {
        writeFileAtomicSync(path, data);
        resolve();
      }),
  ],
] as const;

where(whyNoDisk).describe.each(ways)('%s, a disk that has room for a part of the new file', (_way, write) => {
  it.each([
    ['bytes', new Uint8Array(200_000).fill(7)],
    ['text', 'ü'.repeat(100_000)],
  ])('of %s: the old one stays, and nothing else', async (_name, data) => {
    const path = join(disk, 'kept');
    const old = Buffer.alloc(100_000, 'o');
    writeFileSync(path, old);
    await expect(write(path, data)).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readFileSync(path).equals(old)).toBe(true);
    expect(readdirSync(disk)).toEqual(['kept']);
  });
});

where(needsUnix).it.each(ways)(
  '%s: a link stays one, and permissions stay as they are',
  async (way, write) => {
    const [path, link] = [join(folder.path, `${way} file`), join(folder.path, `${way} link`)];
    writeFileSync(path, 'old');
    chmodSync(path, 0o666);
    symlinkSync(path, link);
    await write(link, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o666);
  },
);
