import { expect, it } from 'vitest';
import { shortened } from './shortened.ts';

it('leaves a text that a row can show, and cuts a longer one', () => {
  expect(shortened('a name')).toBe('a name');
  expect(shortened('x'.repeat(300))).toBe('x'.repeat(300));
  expect(shortened('x'.repeat(301))).toBe(`${'x'.repeat(299)}\u2026`);
});
