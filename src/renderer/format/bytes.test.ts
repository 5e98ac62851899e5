import { expect, it } from 'vitest';
import { formatBytes } from './bytes.ts';

it.each([
  [0, '0\u2009B'],
  [999, '999\u2009B'],
  [1200, '1.2\u2009kB'],
  [8_600_000_000, '8.6\u2009GB'],
  [999_900, '1.0\u2009MB'],
  [123_456_789, '123\u2009MB'],
])('%d', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
