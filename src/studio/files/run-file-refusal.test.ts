import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { content, fileOf } from '../../../test/fixtures/run-files.ts';
import { comparisonRecord, earlierSolution, solution, runRecord } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { needsUnix, where } from '../../../test/support/where.ts';
import { writeContent } from './run-file-writer.ts';
import { readRunFile } from './run-file.ts';

/** A run file changed through SQLite, with its checksum as it was. */
function changed(sql: string): string {
  const file = fileOf();
  const db = new Database(file);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
  return file;
}

/** A run file with these records, whatever they are, and a right checksum. */
function written(records: { run?: object; comparison?: object }): string {
  const file = join(temporaryFolder(), 'run.gsrun');
  const db = new Database(file);
  const { run = runRecord, comparison = comparisonRecord } = records;
  const texts = { run: JSON.stringify(run), comparison: JSON.stringify(comparison) };
  writeContent(db, texts, content.series, []);
  db.close();
  return file;
}

const parent = { run: 'k3f9x2ab-00', name: 'first', estimator: 'reinforce', step: 5, carried: 'state' };

function refused(reason: RegExp): Error {
  return expect.objectContaining({
    kind: 'validation',
    message: expect.stringMatching(reason) as string,
  }) as Error;
}

describe('a file of strangers is refused', () => {
  it.each([
    [
      'a newer version',
      'PRAGMA user_version = 3',
      /newer gumbel-studio \(format 3; this one knows up to 2\); update/,
    ],
    ['no version', 'PRAGMA user_version = 0', /format version 0 does not exist/],
    ["another program's mark", 'PRAGMA application_id = 1', /another program/],
    ['a write-ahead log', 'PRAGMA journal_mode = WAL', /journal mode/],
    ['an extra table', 'CREATE TABLE extra (x)', /tables are not those/],
    ['an extra column', 'ALTER TABLE content ADD COLUMN x TEXT', /tables are not those/],
    [
      'a trigger',
      'CREATE TRIGGER t AFTER INSERT ON series BEGIN DELETE FROM blocks; END',
      /tables are not those/,
    ],
    [
      'a view instead of a table',
      'DROP TABLE content; CREATE VIEW content AS SELECT zeroblob(32) AS sha256',
      /tables are not those/,
    ],
    ['a virtual table', 'CREATE VIRTUAL TABLE v USING fts5(x)', /tables are not those/],
    ['a value that was changed', "UPDATE records SET json = replace(json, '0.1.0', '0.1.1')", /checksum/],
    ['a renamed series', "UPDATE series SET name = 'gain' WHERE name = 'gap'", /checksum/],
    ['a hostile series name', "UPDATE series SET name = '__proto__' WHERE name = 'gap'", /list of series/],
    [
      'more points than there are',
      "UPDATE series SET count = 9007199254740991 WHERE name = 'gap'",
      /does not have the 9007199254740991 points/,
    ],
    [
      'fewer points than there are',
      "UPDATE series SET count = 2 WHERE name = 'gap'",
      /does not have the 2 points/,
    ],
    ['a negative count', 'UPDATE series SET count = -1', /list of series/],
    ['a block too long for itself', 'UPDATE blocks SET count = 65536', /length is not the declared one/],
    ['a block without steps', 'UPDATE blocks SET step_data = NULL', /length is not the declared one/],
    [
      'a block that begins elsewhere',
      'UPDATE blocks SET first_step = 1 WHERE step_data IS NOT NULL',
      /begins elsewhere/,
    ],
    [
      'a stride that goes nowhere',
      'UPDATE blocks SET stride = 0 WHERE stride IS NOT NULL',
      /length is not the declared one/,
    ],
    [
      'a step that is no integer',
      "UPDATE blocks SET step_data = x'0000000000000000000000000000e03f0000000000000840' WHERE step_data IS NOT NULL",
      /not sorted: step 0.5/,
    ],
    [
      'steps backwards',
      'UPDATE blocks SET step_data = zeroblob(24) WHERE step_data IS NOT NULL',
      /not sorted: step 0 comes after step 0/,
    ],
    ['a huge stride', 'UPDATE blocks SET stride = 1000000000000 WHERE count > 65000', /not sorted/],
    [
      'a block of nobody',
      'INSERT INTO blocks VALUES (99, 0, 1, 1, NULL, zeroblob(8))',
      /belong to no series/,
    ],
    ['no run', "DELETE FROM records WHERE kind = 'run'", /not one comparison and one run/],
    ['a third record', "INSERT INTO records VALUES ('zz', '{}')", /not one comparison and one run/],
    [
      'a huge record',
      "UPDATE records SET json = printf('%.9000000c', '[') WHERE kind = 'run'",
      /records\.json is longer than 8388608 bytes/,
    ],
    [
      'a huge name',
      "UPDATE series SET name = printf('%.9000000c', 'a') WHERE name = 'gap'",
      /series\.name is longer than 64 bytes/,
    ],
    [
      'a shape too large',
      "UPDATE parameters SET shape = '[4294967296, 4294967296]' WHERE name = 'bias'",
      /does not match its shape/,
    ],
    [
      'a shape that is no list',
      "UPDATE parameters SET shape = '{}' WHERE name = 'bias'",
      /does not match its shape/,
    ],
    ['fewer weights', "UPDATE parameters SET data = zeroblob(20) WHERE name = 'prices'", /has 20 bytes/],
    ['two checksums', 'INSERT INTO content SELECT * FROM content', /checksum/],
    ['no checksum', 'DELETE FROM content', /checksum/],
  ])('that has %s', (_, sql, reason) => {
    const file = changed(sql);
    const bytes = readFileSync(file);
    expect(() => readRunFile(file)).toThrow(refused(reason));
    expect(readFileSync(file).equals(bytes)).toBe(true);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each([
    [
      'a key of JavaScript itself',
      { run: '{"__proto__":{"polluted":1}}' },
      /run record is refused: the key __proto__/,
    ],
    ['a record that is no JSON', { comparison: 'null,' }, /comparison record is refused/],
    ['a record that is none', { run: '[]' }, /run: .*expected object/],
    [
      'a path as id',
      { run: JSON.stringify({ ...runRecord, id: '../../.bashrc' }) },
      /run\.id: an id is 1 to 64/,
    ],
    ['a state that does not exist', { run: JSON.stringify({ ...runRecord, state: 'hacked' }) }, /run\.state/],
    ['a text for a number', { run: JSON.stringify({ ...runRecord, seconds: '1' }) }, /run\.seconds/],
    [
      'a seed beyond exact integers',
      { run: JSON.stringify({ ...runRecord, spec: { ...runRecord.spec, seed: 2 ** 60 } }) },
      /run\.spec\.seed/,
    ],
    [
      'baselines that are no numbers',
      { comparison: JSON.stringify({ ...comparisonRecord, baselines: { optimum: null } }) },
      /comparison\.baselines\.optimum/,
    ],
  ])('that has %s, with a right checksum', (_, records, reason) => {
    const file = join(temporaryFolder(), 'run.gsrun');
    const db = new Database(file);
    const plain = { run: JSON.stringify(runRecord), comparison: JSON.stringify(comparisonRecord) };
    writeContent(db, { ...plain, ...records }, content.series, []);
    db.close();
    expect(() => readRunFile(file)).toThrow(refused(reason));
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each([
    ['a negative time', { seconds: -1 }, /run\.seconds/],
    ['a negative step', { step: -1 }, /run\.step/],
    ['half a step', { steps: 0.5 }, /run\.steps/],
    ['a negative speed', { stepsPerSecond: -80 }, /run\.stepsPerSecond/],
    ['negative evaluations', { evaluations: -1 }, /run\.evaluations/],
    ['a tag twice', { tags: ['a', 'a'] }, /run\.tags: a tag appears twice/],
    ['tags that are one without their blanks', { tags: ['a', 'a '] }, /run\.tags: a tag appears twice/],
    ['a long tag', { tags: ['a'.repeat(51)] }, /run\.tags\.0/],
    ['many tags', { tags: Array.from({ length: 51 }, (_, i) => `t${i}`) }, /run\.tags/],
    ['a long name', { name: 'n'.repeat(201) }, /run\.name/],
    ['no name', { name: ' ' }, /run\.name/],
    ['a name of two lines', { name: 'a\nb' }, /run\.name: control characters/],
    ['a name that runs backwards', { name: 'a\u202eb' }, /run\.name: control characters/],
    ['notes that ring', { notes: 'a\u0007' }, /run\.notes: control characters/],
    ['long notes', { notes: 'n'.repeat(65_537) }, /run\.notes/],
    ['a time before all times', { createdAt: -1 }, /run\.createdAt/],
    ['a time after all times', { startedAt: 1e300 }, /run\.startedAt/],
    ['a metric that cannot be a series', { metrics: { 'a b': 1 } }, /run\.metrics/],
    ['a parent that is a path', { parent: { ...parent, run: '../x' } }, /run\.parent\.run/],
    ['an estimator that is none', { spec: { ...runRecord.spec, estimator: '<b>' } }, /run\.spec\.estimator/],
  ])('that has %s, as the studio itself never writes', (_, part, reason) => {
    expect(() => readRunFile(written({ run: { ...runRecord, ...part } }))).toThrow(refused(reason));
  });

  it.each([
    ['a long name', { name: 'n'.repeat(300) }, /comparison\.name/],
    ['two solutions of one name', { exact: [solution, solution] }, /comparison\.exact/],
    ['a solution in -1 seconds', { exact: [{ ...solution, seconds: -1 }] }, /exact\.0\.seconds/],
    ['two baselines of one kind', { exact: [earlierSolution, earlierSolution] }, /comparison\.exact/],
    ['a baseline of -1 options', { exact: [{ ...earlierSolution, options: -1 }] }, /exact\.0\.options/],
  ])('whose comparison has %s', (_, part, reason) => {
    const file = written({ comparison: { ...comparisonRecord, ...part } });
    expect(() => readRunFile(file)).toThrow(refused(reason));
  });

  it('but what a machine or a program said is cut and cleaned: nobody can write it anew', () => {
    const environment = { ...runRecord.environment, device: `GPU\u0000${'x'.repeat(1000)}` };
    const { run } = readRunFile(written({ run: { ...runRecord, reason: 'a\u001b[31m\nb', environment } }));
    expect(run.reason).toBe('a\ufffd[31m\nb');
    expect(run.environment?.device).toBe(`GPU\ufffd${'x'.repeat(496)}`);
  });

  it('whose free pages are not counted right, though nothing else is wrong', () => {
    const file = fileOf();
    const bytes = readFileSync(file);
    bytes.writeUInt32BE(5, 36);
    writeFileSync(file, bytes);
    expect(() => readRunFile(file)).toThrow(refused(/damaged \([^]*[Ff]reelist/));
  });

  it('that lies in a folder with its unfinished journal or log', () => {
    for (const suffix of ['-journal', '-wal']) {
      const file = fileOf();
      writeFileSync(file + suffix, 'x');
      expect(() => readRunFile(file)).toThrow(refused(/is beside it/));
    }
  });

  where(needsUnix).it('that is something else', () => {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    mkdirSync(at('folder'));
    writeFileSync(at('empty'), '');
    writeFileSync(at('text'), 'step,loss\n'.repeat(100));
    symlinkSync(at('loop'), at('loop'));
    execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', at('fifo')]);
    expect(() => readRunFile(at('folder'))).toThrow(refused(/not a regular file/));
    expect(() => readRunFile(at('fifo'))).toThrow(refused(/not a regular file/));
    expect(() => readRunFile('/dev/zero')).toThrow(refused(/not a regular file/));
    expect(() => readRunFile(at('empty'))).toThrow(refused(/not a run file/));
    expect(() => readRunFile(at('text'))).toThrow(refused(/not a run file/));
    expect(() => readRunFile(at('loop'))).toThrow(expect.objectContaining({ kind: 'external' }));
    expect(() => readRunFile(at('absent'))).toThrow(expect.objectContaining({ kind: 'not-found' }));
    expect(() => readRunFile(`${at('nul')}\0.gsrun`)).toThrow(refused(/null bytes/));
  });

  it('that is larger than any run', () => {
    const file = fileOf();
    truncateSync(file, 1024 ** 3 + 1);
    expect(() => readRunFile(file)).toThrow(refused(/1073741825 bytes, more than the 1073741824/));
  });

  it('that SQLite would take for another file', () => {
    const file = fileOf();
    copyFileSync(file, `${file} `);
    expect(() => readRunFile(`${file} `)).toThrow(refused(/white space/));
  });
});
