import { expect, it } from 'vitest';
import { counted } from './counted.ts';

it.each([
  [0, '0 runs'],
  [1, '1 run'],
  [2000, '2000 runs'],
])('%d is counted as %s', (count, text) => expect(counted(count, 'run')).toBe(text));

it('takes a plural of its own', () => expect(counted(2, 'entry', 'entries')).toBe('2 entries'));
