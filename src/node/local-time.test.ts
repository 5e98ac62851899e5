import { expect, it, onTestFinished } from 'vitest';
import { localTime } from './local-time.ts';

it.each([
  ['Asia/Kolkata', '2026-11-29 01:11:07 +05:30'],
  ['America/St_Johns', '2026-11-28 16:11:07 -03:30'],
  ['UTC', '2026-11-28 19:41:07 +00:00'],
])('is the clock of %s with its distance to UTC', (zone, text) => {
  const before = process.env['TZ'];
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  process.env['TZ'] = zone;
  expect(localTime(Date.UTC(2026, 10, 28, 19, 41, 7))).toBe(text);
});
