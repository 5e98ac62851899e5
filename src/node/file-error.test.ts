import { expect, test } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { fromFileError } from './file-error.ts';

const failed = (code: string) =>
  Object.assign(new Error(`${code}: it failed, write`), { code, syscall: 'write' });

test.each([
  ['ENOSPC', 'disk-full', /^the disk is full: file was not written; free some space/],
  ['ENOENT', 'not-found', /^file does not exist/],
  ['EACCES', 'external', /; check the permissions of the file and its folder$/],
  // Whatever the permissions are.
  ['EIO', 'external', /; check the disk$/],
])('%s is told with its remedy', (code, kind, sentence) => {
  const told = fromFileError(failed(code), 'file');
  expect(told).toBeInstanceOf(AppError);
  expect(told).toMatchObject({ kind, message: expect.stringMatching(sentence) as string });
});

test('what is no system call stays what it is', () => {
  const error = new Error('another');
  expect(fromFileError(error, 'file')).toBe(error);
});
