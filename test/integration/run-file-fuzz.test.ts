/**
 * Damaged run files: whatever was done to the bytes, reading ends with AppError `validation` or with exactly the content
 * that was written (some bytes of a database mean nothing), and changes nothing on the disk. Seeds are fixed.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/shared/errors.ts';
import { readRunFile, writeRunFile } from '../../src/studio/files/run-file.ts';
import type { RunFileContent } from '../../src/studio/files/run-file.ts';
import { fileTensor, keptPictures } from '../fixtures/run-files.ts';
import { comparisonRecord, runRecord, seriesOf } from '../fixtures/runs.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { tryHostileFiles } from '../support/run-files/try-hostile-files.ts';

/** GUMBEL_TEST_MUTATIONS=50000 for a release. */
const mutations = Number(process.env['GUMBEL_TEST_MUTATIONS'] ?? 3000);
/** 10 000 and more: test/stress/hostile-run-files.ts. */
const hostileFiles = 100;
const pageSize = 4096;

const steps = Array.from({ length: 1500 }, (_, index) => index);
const content: RunFileContent = {
  run: runRecord,
  comparison: comparisonRecord,
  series: {
    loss: seriesOf(
      steps,
      steps.map((step) => Math.sin(step)),
    ),
    gap: seriesOf(
      steps.map((step) => step * step),
      steps.map((step) => 1 / step),
    ),
    late: seriesOf([7], [NaN]),
  },
  parameters: [
    fileTensor(
      'prices',
      [30, 20],
      Array.from({ length: 600 }, (_, index) => index / 7),
    ),
  ],
  pictures: keptPictures,
};

function fixture() {
  const folder = temporaryFolder();
  const file = join(folder, 'run.gsrun');
  writeRunFile(file, content);
  const written = readRunFile(file);
  return { folder, file, bytes: readFileSync(file), written };
}

/** `refused`, or `same` if the damage did not touch the content; anything else fails. */
function outcome({ folder, file, written }: ReturnType<typeof fixture>, damaged: Buffer): 'refused' | 'same' {
  writeFileSync(file, damaged);
  let result: 'refused' | 'same' = 'same';
  try {
    expect(readRunFile(file)).toEqual(written);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.kind).toBe('validation');
    expect(error.message).toContain(`${file} cannot be`);
    result = 'refused';
  }
  expect(readFileSync(file).equals(damaged)).toBe(true);
  expect(readdirSync(folder)).toEqual(['run.gsrun']);
  return result;
}

type Mutation = (bytes: Buffer) => Buffer;

/** Evenly over the file: fc.double would nearly always be close to 0. */
const place = fc.noBias(fc.nat({ max: 999_999 })).map((millionth) => millionth / 1e6);
const at = (fraction: number, length: number) => Math.floor(fraction * length);

const overwrite = fc
  .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 16 }))
  .map(([where, patch]): Mutation => (bytes) => {
    bytes.set(
      patch.subarray(0, bytes.length),
      Math.min(at(where, bytes.length), bytes.length - patch.length),
    );
    return bytes;
  });
const flipBit = fc.tuple(place, fc.nat({ max: 7 })).map(([where, bit]): Mutation => (bytes) => {
  const index = at(where, bytes.length);
  bytes[index] = (bytes[index] as number) ^ (1 << bit);
  return bytes;
});
/** The first bytes of a page say what it is and where its cells are: the part that SQLite trusts most. */
const pageHeader = fc
  .tuple(place, fc.nat({ max: 40 }), fc.nat({ max: 255 }))
  .map(([where, offset, value]): Mutation => (bytes) => {
    const page = at(where, bytes.length / pageSize);
    bytes[page * pageSize + (page === 0 ? 100 : 0) + offset] = value;
    return bytes;
  });
const header = fc
  .tuple(fc.nat({ max: 99 }), fc.nat({ max: 255 }))
  .map(([offset, value]): Mutation => (bytes) => {
    bytes[offset] = value;
    return bytes;
  });
const copyPage = fc.tuple(place, place).map(([from, to]): Mutation => (bytes) => {
  const source = at(from, bytes.length / pageSize) * pageSize;
  bytes.copyWithin(at(to, bytes.length / pageSize) * pageSize, source, source + pageSize);
  return bytes;
});
const erasePage = fc.tuple(place, fc.constantFrom(0, 255)).map(([where, value]): Mutation => (bytes) => {
  const start = at(where, bytes.length / pageSize) * pageSize;
  return bytes.fill(value, start, start + pageSize);
});
const cutAndMend = place.map((where): Mutation => (bytes) => {
  const pages = 1 + at(where, bytes.length / pageSize);
  const cut = Buffer.from(bytes.subarray(0, pages * pageSize));
  cut.writeUInt32BE(pages, 28);
  return cut;
});

describe('a damaged run file', () => {
  it('is refused when cut anywhere', () => {
    const made = fixture();
    const lengths = new Set([0, 1, 15, 16, 99, 100, 101, made.bytes.length - 1]);
    for (let index = 0; index < 200; index += 1) lengths.add(Math.floor((made.bytes.length * index) / 200));
    for (const length of lengths) {
      expect(outcome(made, made.bytes.subarray(0, length)), `cut after ${length} bytes`).toBe('refused');
    }
  });

  it('is refused with anything behind its end', () => {
    const made = fixture();
    for (const extra of [1, 100, pageSize]) {
      expect(outcome(made, Buffer.concat([made.bytes, Buffer.alloc(extra)]))).toBe('refused');
    }
  });

  it(`never gives other numbers than were written (${mutations} mutations)`, () => {
    const made = fixture();
    const counts = { refused: 0, same: 0 };
    const anyOf = fc.oneof(overwrite, flipBit, pageHeader, header, copyPage, erasePage, cutAndMend);
    fc.assert(
      fc.property(fc.array(anyOf, { minLength: 1, maxLength: 3 }), (list) => {
        counts[
          outcome(
            made,
            list.reduce<Buffer>((bytes, mutate) => mutate(bytes), Buffer.from(made.bytes)),
          )
        ] += 1;
      }),
      { seed: 20_265, numRuns: mutations },
    );
    // Both happen: the mutations reach the content, and reading does not refuse everything.
    expect(counts.refused).toBeGreaterThan(mutations / 2);
    expect(counts.same).toBeGreaterThan(0);
  });
});

describe('a run file of hostile values, its checksums right', () => {
  it(`is refused in a sentence, or can be shown everywhere (${hostileFiles} files)`, async () => {
    const counts = await tryHostileFiles({ trials: hostileFiles, seed: 20_266, through: 'here' });
    expect(counts.failed).toEqual([]);
    expect(counts.unlisted).toBe(0);
    expect(counts.refused).toBeGreaterThan(hostileFiles / 4);
    expect(counts.accepted).toBeGreaterThan(hostileFiles / 20);
  }, 300_000);
});
