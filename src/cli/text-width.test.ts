import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { textWidth } from './text-width.ts';

it('is that of string-width, also for what is counted without it', () => {
  const characters = Array.from({ length: 0x180 - 0x20 }, (_, i) => String.fromCharCode(0x20 + i));
  for (const text of [...characters, characters.join(''), '© ± 12', '日本', 'e\u0301', '👩‍👩‍👧']) {
    expect(textWidth(text), text).toBe(stringWidth(text));
  }
});
