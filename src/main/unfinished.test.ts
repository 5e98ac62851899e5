import { expect, it } from 'vitest';
import type { Operation } from '../shared/contract/operations.ts';
import { unfinished } from './unfinished.ts';

const operations = (...kinds: Operation['kind'][]) => kinds.map((kind) => ({ kind }));

it('names all that quitting would interrupt, and nothing else', () => {
  expect(unfinished(0, [])).toBe('');
  expect(unfinished(1, [])).toBe('One run is not finished.');
  expect(unfinished(3, [])).toBe('3 runs are not finished.');
  expect(unfinished(0, operations('solve'))).toBe('One solver is not finished.');
  expect(unfinished(0, operations('start', 'start'))).toBe('2 starts of comparisons are not finished.');
  expect(unfinished(2, operations('solve', 'start'))).toBe(
    '2 runs and one start of comparisons and one solver are not finished.',
  );
});
