import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tempFolder } from '../../test/support/cli.ts';
import { doublesFile } from '../../test/support/npy.ts';
import { numberList } from './number-list.ts';

const folder = tempFolder();
afterAll(() => folder.remove());

const fileOf = (name: string, content: string | Uint8Array) => {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return `@${path}`;
};

it.each<[string, string | Uint8Array]>([
  ['a.txt', '0.5, -1\n2'],
  ['a.csv', 'logit\r\n0.5\r\n-1\r\n2\r\n'],
  ['row.csv', '0.5;-1;2\n'],
  ['a.npy', doublesFile([3], [0.5, -1, 2])],
  ['row.npy', doublesFile([1, 3], [0.5, -1, 2])],
])('%s', (name, content) => {
  expect(numberList(fileOf(name, content), '--logits')).toEqual([0.5, -1, 2]);
});

it('what is not one row of finite numbers is refused', () => {
  expect(() => numberList(fileOf('two.npy', doublesFile([2, 2], [1, 2, 3, 4])), '--logits')).toThrow(
    '--logits: expected one row of finite numbers, found an array of shape (2, 2)',
  );
  expect(() => numberList(fileOf('nan.npy', doublesFile([2], [1, NaN])), '--logits')).toThrow(
    'found NaN at entry [1]',
  );
  expect(() => numberList(fileOf('b.csv', 'logit\n'), '--logits')).toThrow('--logits: found nothing');
});
