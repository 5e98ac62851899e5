import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { imagesOf, idxFile } from '../../test/support/images/idx.ts';
import { engineFiles } from './engine-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'beginning-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const host = { ...engineFiles, log: () => undefined, now: () => 0, breathe: () => Promise.resolve() };
const text = new TextEncoder().encode(
  'what is in the file, a little more than sixty-four bytes of it, so that there is a rest',
);

it.each([
  ['plain', text],
  ['packed', gzipSync(text)],
])('reads as much as is wanted, whatever the name: %s', async (name, content) => {
  const path = file(name, content);
  const starts: number[] = [];
  const read = await engineFiles.readBytes(path, (start) => {
    starts.push(start.length);
    return 70;
  });
  expect(new TextDecoder().decode(read)).toBe(new TextDecoder().decode(text.subarray(0, 70)));
  expect(starts).toEqual([64]);
  expect(await engineFiles.readBytes(path, () => 1000)).toHaveLength(text.length);
  // Without a wish, bytes as they are.
  expect(await engineFiles.readBytes(path)).toHaveLength(content.length);
});

it('tells an empty file', async () => {
  const starts: number[] = [];
  await engineFiles.readBytes(file('empty', new Uint8Array()), (start) => starts.push(start.length));
  expect(starts).toEqual([0]);
});

// Were it all unpacked, the test would run out of memory or time.
it('unpacks no more of 10 GB than the header says', async () => {
  const member = gzipSync(new Uint8Array(2 ** 20), { level: 9 });
  const bomb = Buffer.concat([gzipSync(idxFile([10, 2, 2], [])), ...new Array<Buffer>(10_000).fill(member)]);
  const images = file('bomb.gz', bomb);
  await expect(imagesOf({ kind: 'idx', images }, host)).rejects.toThrow(
    'expected 40 bytes after the header, which says 10 x 2 x 2, found more; its header belongs to another file',
  );
});

it.each([
  ['cut short', (packed: Buffer) => packed.subarray(0, packed.length - 20)],
  ['damaged', (packed: Buffer) => packed.fill(255, 30, 60)],
])('refuses a packed file that is %s', async (name, spoil) => {
  const whole = gzipSync(
    idxFile(
      [20, 8, 8],
      Uint8Array.from({ length: 1280 }, (_, i) => (i * i * 7) % 251),
    ),
  );
  const images = file(`${name}.gz`, spoil(whole));
  await expect(imagesOf({ kind: 'idx', images }, host)).rejects.toThrow(
    /expected a complete gzip file, found one that is damaged or cut short after \d+ unpacked bytes; download it again\./,
  );
});

it('refuses what is not there, and folders', async () => {
  const missing = join(folder, 'none');
  await expect(imagesOf({ kind: 'idx', images: missing }, host)).rejects.toThrow(
    `${missing}: no such file or folder`,
  );
  await expect(imagesOf({ kind: 'idx', images: folder }, host)).rejects.toThrow('expected a regular file');
});

it('has the digits that come with the studio', async () => {
  const data = await imagesOf({ kind: 'digits' }, host);
  expect([data.height, data.width, data.classes]).toEqual([8, 8, 10]);
  expect(data.train.count + data.validation.count + data.test.count).toBe(1797);
  // Of the original table: 1797 images, 561 718 in sixteenths altogether.
  const sum = [data.train, data.validation, data.test].reduce(
    (all, { pixels }) => all + pixels.reduce((part, value) => part + Math.round(16 * value), 0),
    0,
  );
  expect(sum).toBe(561718);
});
