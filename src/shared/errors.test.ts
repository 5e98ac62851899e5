import { expect, test } from 'vitest';
import { z } from 'zod';
import { validationError } from './errors.ts';

test('every offending field is named', () => {
  const error = z.object({ a: z.int(), b: z.object({ c: z.string() }) }).safeParse({ a: 0.5, b: { c: 1 } });
  const said = validationError(error.error!, 'Config');
  expect(said.message).toMatch(/^Config: a: .*; b\.c: [^;]*$/);
  expect(said.path).toBe('a');
  expect(said.issues.map(({ path }) => path)).toEqual(['a', 'b.c']);
});

test('a list that is wrong everywhere is still refused in a sentence', () => {
  const error = z.array(z.object({})).safeParse(Array.from({ length: 200 }, String));
  const { message, issues } = validationError(error.error!, 'the file');
  expect(message.length).toBeLessThan(1000);
  expect(message).toMatch(/^the file: 0: .*; 9: [^;]*; and 190 more$/);
  expect(issues).toHaveLength(100);
});

test('keys as long as a page do not make the sentence longer', () => {
  const keys = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`${i}${'x'.repeat(1e5)}`, i]));
  const unknown = validationError(z.strictObject({}).safeParse(keys).error!, 'the file');
  expect(unknown.message.length).toBeLessThan(5000);
  const values = validationError(z.record(z.string(), z.string()).safeParse(keys).error!, 'the file');
  expect(values.message.length).toBeLessThan(5000);
  expect(values.message).toMatch(/; and \d+ more$/);
  expect(values.issues.every(({ path }) => path.length <= 1000)).toBe(true);
});
