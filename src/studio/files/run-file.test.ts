import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { content, fileOf, fileTensor } from '../../../test/fixtures/run-files.ts';
import { comparisonRecord, runRecord, seriesOf } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { readRunFile, writeRunFile } from './run-file.ts';

function refused(reason: RegExp): Error {
  return expect.objectContaining({
    kind: 'validation',
    message: expect.stringMatching(reason) as string,
  }) as Error;
}

describe('a run file', () => {
  it('gives back what was written, bit for bit', () => {
    const file = fileOf();
    const read = readRunFile(file);
    expect(read.run).toEqual(runRecord);
    expect(read.comparison).toEqual(comparisonRecord);
    expect({ ...read.series }).toEqual(content.series);
    expect(Object.is(read.series['gap']?.values[2], -0)).toBe(true);
    expect(read.parameters).toEqual(content.parameters);
    expect(readdirSync(join(file, '..'))).toEqual(['run.gsrun']);
  });

  it('is marked as ours and needs no second file', () => {
    const header = readFileSync(fileOf()).subarray(0, 100);
    expect(header.toString('latin1', 68, 72)).toBe('GSRN');
    expect([header.readUInt32BE(60), header[18], header[19]]).toEqual([1, 1, 1]);
  });

  it('may have no series, no parameters, no environment', () => {
    const bare = {
      run: { ...runRecord, environment: null, metrics: { loss: NaN } },
      comparison: comparisonRecord,
      series: { none: seriesOf([], []) },
      parameters: [],
      pictures: [],
    };
    const read = readRunFile(fileOf(bare));
    expect(read.run.metrics).toEqual({ loss: null });
    expect(Object.keys(read.series)).toEqual([]);
  });

  it('takes the place of an older one, unless writing fails', () => {
    const file = fileOf();
    writeRunFile(file, { ...content, run: { ...runRecord, notes: 'second' } });
    expect(readRunFile(file).run.notes).toBe('second');
    const bytes = readFileSync(file);
    expect(() => writeRunFile(file, { ...content, series: { loss: seriesOf([1, 1], [0, 0]) } })).toThrow(
      /step 1 after step 1/,
    );
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(readdirSync(join(file, '..'))).toEqual(['run.gsrun']);
  });

  it.each([
    ['a name that is no metric', { series: { '../loss': seriesOf([0], [1]) } }, /series "\.\.\/loss"/],
    [
      'a shape that does not fit',
      { parameters: [fileTensor('w', [2, 2], [0, 0, 0])] },
      /shape \[2, 2\] does not fit 12 bytes/,
    ],
    ['an id that is a path', { run: { ...runRecord, id: '../../x' } }, /run\.id: an id is/],
    [
      'a run of another comparison',
      { run: { ...runRecord, comparison: 'other' } },
      /belongs to another comparison/,
    ],
    ['another problem', { comparison: { ...comparisonRecord, problem: 'vae' } }, /another problem/],
  ])('is not written with %s', (_, part, reason) => {
    expect(() => fileOf({ ...content, ...part })).toThrow(refused(reason));
  });

  it('is not written into a folder that does not exist', () => {
    const file = join(temporaryFolder(), 'nowhere', 'run.gsrun');
    expect(() => writeRunFile(file, content)).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });
});
