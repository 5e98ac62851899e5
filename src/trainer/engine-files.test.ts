import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beginsAsCats } from '../engine/auctions/buyers/cats-file.ts';
import { engineFiles } from './engine-files.ts';

const { listFiles, readText } = engineFiles;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'engine-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('finds the auctions in a folder as CATS and its users leave it', async () => {
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  put('a.txt', '%% made by CATS\n\ngoods 2\nbids 1\n0 1 0 #\n');
  put('a.lp', 'max\n\n3x0\n');
  put('b.txt', Buffer.from('% enchères\ngoods 2\nbids 1\n0 1 0 #\n', 'latin1'));
  put('README.md', '# Auctions of 2 goods\n');
  put('.hidden', 'goods 2');
  put('archive.gz', Uint8Array.of(0x1f, 0x8b, 8, 0, 0));
  // Larger than a file that is read may be.
  put('solution.lp', 'max\n');
  truncateSync(join(folder, 'solution.lp'), 80 * 2 ** 20);
  mkdirSync(join(folder, 'older'));
  cpSync(join(folder, 'a.txt'), join(folder, 'older', 'c.txt'));
  symlinkSync(join(folder, 'older', 'c.txt'), join(folder, 'c.txt'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'd.txt'));

  const files = await listFiles(folder, { belongs: beginsAsCats });
  expect(files.map((file) => basename(file))).toEqual(['a.txt', 'b.txt', 'c.txt']);
  expect(await readText(files[1]!)).toContain('enchères');
  expect(await listFiles(join(folder, 'a.lp'), { belongs: beginsAsCats })).toEqual([join(folder, 'a.lp')]);
});

it('refuses binary data by the name of its file', async () => {
  writeFileSync(join(folder, 'a.txt'), Uint8Array.of(0x67, 0, 0x6f));
  await expect(readText(join(folder, 'a.txt'))).rejects.toThrow(
    'a.txt: expected a text file, found binary data',
  );
});

it('takes a sample for what the reader wants, and refuses it where none can be read', async () => {
  const buyers = await listFiles('sample:arbitrary-upv-50', { samples: 'bidders' });
  expect(buyers.length).toBeGreaterThan(1);
  const [flow] = await listFiles('sample:flow-2', { samples: 'flows' });
  expect(basename(flow!)).toBe('flow-2.safetensors');
  await expect(listFiles('sample:arbitrary-upv-50', { samples: 'flows' })).rejects.toThrow(
    'sample:arbitrary-upv-50: no such file or folder; the studio comes with sample:flow-10, sample:flow-2, sample:flow-50',
  );
  await expect(listFiles('sample:flow-2')).rejects.toThrow(
    'sample:flow-2: no samples can be read here; name a file or folder',
  );
});
