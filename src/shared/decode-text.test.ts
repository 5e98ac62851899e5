import { expect, it } from 'vitest';
import { decodeText } from './decode-text.ts';

const TEXT = '{"name": "enchères"}';

it.each([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16, little-endian', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16, big-endian', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ['Latin-1', Buffer.from(TEXT, 'latin1')],
])('reads %s', (_name, bytes) => expect(decodeText(bytes)).toBe(TEXT));

it('reads nothing as an empty text', () => expect(decodeText(new Uint8Array())).toBe(''));

it('tells binary data', () => expect(decodeText(Uint8Array.of(0x47, 0x53, 0x00, 0x01))).toBeNull());
