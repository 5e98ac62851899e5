import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doublesFile } from '../../../../test/support/npy.ts';
import { versionRecord } from '../../../studio/files/event-record.ts';
import { fileOf } from '../../../../test/fixtures/run-files.ts';
import { LOOKED_AT, recognise, type FileKind } from './recognise.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const CATS = '% made by CATS\n\ngoods 3\nBIDS 2\ndummy 0\n\n0\t1.5\t0\t#\n1\t2\t1\t2\t#\n';

it.each<[FileKind, string, Uint8Array]>([
  ['cats', 'with comments', bytes(CATS)],
  ['cats', 'in another order and Windows lines', bytes('dummy 1\r\ngoods 3\r\nbids 2\r\n')],
  ['csv', 'with commas', bytes('a,b\n1,2\n3,4\n')],
  ['csv', 'with quoted commas', bytes('a;"b,;c"\n1;2\n')],
  ['metrics', 'JSON Lines', bytes('{"step": 0, "loss": NaN}\n{"step": 1}\n')],
  ['metrics', 'Parquet', bytes('PAR1…')],
  ['metrics', 'an event file', versionRecord(10)],
  ['unknown', 'an unfinished object', bytes('{"a": \n')],
  ['npy', 'an array', doublesFile([2, 1], [1, 2])],
  ['unknown', 'one word', bytes('hello')],
  ['unknown', 'prose', bytes('Dear all,\nplease find attached\nthe file, as agreed, today.\n')],
  ['unknown', 'nothing', bytes('')],
  ['unknown', 'an incomplete header', bytes('goods 3\nbids two\ndummy 0\n')],
  ['unknown', 'a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0)],
  ['cats', 'without dummy goods', bytes('% as the read-me of CATS has it\ngoods 3\nbids 4\n0\t2\t0\t1\t#\n')],
  ['cats', 'with a name in Latin-1', Uint8Array.of(...bytes('% ench'), 0xe8, ...bytes(`res\n${CATS}`))],
  ['cats', 'with a byte order mark', bytes(`\uFEFF${CATS}`)],
  ['cats', 'as UTF-16', Uint8Array.from(Buffer.from(`\uFEFF${CATS}`, 'utf16le'))],
  ['cats', 'with the line ends of old Macintosh programs', bytes(CATS.replaceAll('\n', '\r'))],
  ['csv', 'in Latin-1', Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0xff, 0x2c, 0x62, 0x0a)],
  ['unknown', 'bytes of 0', Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0, 0x2c, 0x62, 0x0a)],
])('%s: %s', (kind, _, head) => expect(recognise(head)).toBe(kind));

it('tells a run file from other databases', () => {
  const head = Uint8Array.from(readFileSync(fileOf()).subarray(0, LOOKED_AT));
  expect(recognise(head)).toBe('run');
  // The place of the program's id.
  head.fill(0, 68, 72);
  expect(recognise(head)).toBe('unknown');
});

it('knows a file by its beginning, wherever the rest is cut', () => {
  const text = CATS + Array.from({ length: 9000 }, (_, i) => `${i + 2}\t1.5é\t0\t#`).join('\n');
  const whole = bytes(text);
  for (const end of [40, LOOKED_AT, LOOKED_AT + 1]) expect(recognise(whole.subarray(0, end))).toBe('cats');
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (head) => {
      expect(['run', 'cats', 'csv', 'npy', 'metrics', 'unknown']).toContain(recognise(head));
    }),
    { seed: 20261121, numRuns: 2000 },
  );
});
