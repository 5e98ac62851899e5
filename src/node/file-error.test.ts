import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { errorCode, fromFileError, isPassing } from './file-error.ts';

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

test.each([
  ['EDQUOT', 'disk-full', /^the disk is full: file was not written/],
  ['ESTALE', 'external', /^file: ESTALE: it failed, write; check the disk$/],
])('%s, for which Node has no name, is told as what it is', (name, kind, sentence) => {
  const number = constants.errno[name as 'EDQUOT' | 'ESTALE'];
  const code = `Unknown system error -${number}`;
  const error = Object.assign(new Error(`${code}: it failed, write`), {
    ...{ code, errno: -number, syscall: 'write' },
  });
  expect(errorCode(error)).toBe(name);
  expect(isPassing(error)).toBe(true);
  const told = fromFileError(error, 'file');
  expect(told).toMatchObject({ kind, message: expect.stringMatching(sentence) as string });
  expect(isPassing(told)).toBe(true);
});

test('what is not allowed is not allowed later', () => {
  expect(['ENOSPC', 'EIO', 'EACCES', 'ENOENT'].map((code) => isPassing(failed(code)))).toEqual([
    ...[true, true, false, false],
  ]);
});

test('what is no system call stays what it is', () => {
  const error = new Error('another');
  expect(fromFileError(error, 'file')).toBe(error);
});
