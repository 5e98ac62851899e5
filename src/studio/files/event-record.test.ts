import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc, readEventFile } from '../../../test/support/formats/read-event-file.ts';
import { scalarsRecord, versionRecord } from './event-record.ts';

describe('the test’s own reader', () => {
  // RFC 3720, appendix B.4, and TensorBoard 2.20, tensorboard/data/server/masked_crc.rs.
  it('has the published checksums', () => {
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(maskedCrc(Buffer.from('\x1a\x11CRC test, one two'))).toBe(0x5794d08a);
  });

  it('finds one flipped bit', () => {
    const record = scalarsRecord(1, 2, [{ tag: 'loss', value: 3 }]);
    record[20]! ^= 1;
    expect(() => readEventFile(record)).toThrow('the checksum of the data at 0 is wrong');
  });
});

describe('records', () => {
  it('are these bytes', () => {
    const record = scalarsRecord(1.5, 300, [{ tag: 'loss', value: 0.5 }]);
    // wall_time 1.5; step 300 = 0b10_0101100; summary of 13 bytes, value of 11: tag "loss", simple_value 0.5.
    const event = '09000000000000f83f' + '10ac02' + '2a0d' + '0a0b' + '0a046c6f7373' + '150000003f';
    expect(record.subarray(12, -4).toString('hex')).toBe(event);
    expect(record.subarray(0, 8).toString('hex')).toBe('1b00000000000000');
    expect(record.readUInt32LE(8)).toBe(maskedCrc(record.subarray(0, 8)));
    expect(record.readUInt32LE(record.length - 4)).toBe(maskedCrc(record.subarray(12, -4)));
  });

  it('begin with the version: 24 bytes, whose masked checksum is known', () => {
    const record = versionRecord(1e9);
    expect(record.readBigUInt64LE(0)).toBe(24n);
    expect(record.readUInt32LE(8)).toBe(0x224b7fa3);
    expect(readEventFile(record)).toEqual([
      { wallTime: 1e9, step: 0, version: 'brain.Event:2', scalars: {} },
    ]);
  });

  it('hold steps up to 2^53, names of any language, and values that are not finite', () => {
    const scalars = [
      { tag: 'größe/✓', value: 1e-3 },
      { tag: 'a'.repeat(300), value: NaN },
      { tag: 'up', value: Infinity },
      { tag: 'down', value: -Infinity },
      { tag: 'large', value: 1e300 },
      { tag: 'zero', value: -0 },
    ];
    for (const step of [0, 127, 128, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const [event] = readEventFile(scalarsRecord(0, step, scalars));
      expect(event).toMatchObject({ step, version: undefined });
      expect(Object.entries(event!.scalars)).toEqual(
        scalars.map(({ tag, value }) => [tag, Math.fround(value)]),
      );
    }
  });
});
