import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { content, fileOf, keptPictures } from '../../../test/fixtures/run-files.ts';
import { packPicture } from '../../node/picture-content.ts';
import { readRunFile } from './run-file.ts';

const withPictures = () => fileOf({ ...content, pictures: keptPictures });
const empty = { note: '', facts: [], panels: [] };

describe('the pictures of a run file', () => {
  it('come back as they were written, what is the same is there once, and only they make it version 2', () => {
    const file = withPictures();
    const read = readRunFile(file);
    expect(read.pictures.map(({ name, step }) => [name, step])).toEqual([
      ['flow', 3],
      ['menu', 0],
      ['menu', 50],
    ]);
    for (const [i, { content: bytes }] of read.pictures.entries())
      expect([...bytes]).toEqual([...keptPictures[i]!.content]);
    expect({ ...read.series }).toEqual(content.series);
    expect(read.parameters).toEqual(content.parameters);
    expect(readFileSync(file).readUInt32BE(60)).toBe(2);
    const db = new Database(file, { readonly: true });
    expect(db.prepare('SELECT count(*) FROM picture_contents').pluck().get()).toBe(2);
    db.close();
    const plain = fileOf();
    expect(readRunFile(plain).pictures).toEqual([]);
    expect(readFileSync(plain).readUInt32BE(60)).toBe(1);
  });

  it('are not written if they are none', () => {
    const pictures = [{ name: 'menu', step: 0, content: Uint8Array.of(1, 2, 3) }];
    expect(() => fileOf({ ...content, pictures })).toThrow(
      expect.objectContaining({
        kind: 'validation',
        message: expect.stringMatching(/picture menu is refused.*cannot be unpacked/) as string,
      }),
    );
  });

  const putting = (bytes: Uint8Array) => (db: Database.Database) =>
    db.prepare('UPDATE picture_contents SET data = ? WHERE id = 1').run(bytes);
  const running = (sql: string) => (db: Database.Database) => db.exec(sql);
  it.each([
    ['other contents', putting(packPicture({ ...empty, note: 'other' })), /does not match its checksum/],
    ['another step', running('UPDATE pictures SET step = 4 WHERE step = 3'), /does not match its checksum/],
    [
      'another content',
      running('UPDATE pictures SET content = 2 WHERE step = 0'),
      /does not match its checksum/,
    ],
    [
      'no pictures',
      running('DELETE FROM pictures; DELETE FROM picture_contents'),
      /does not match its checksum/,
    ],
    ['bytes of nothing', putting(Uint8Array.of(7)), /picture menu is refused: .*cannot be unpacked/],
    ['text that is no JSON', putting(deflateSync('{')), /picture menu is refused: /],
    [
      'what is not a picture',
      putting(deflateSync('{"note":"","facts":[],"panels":[{"kind":"cube"}]}')),
      /picture menu is refused: .*panels/,
    ],
    [
      'a key of JavaScript itself',
      putting(
        deflateSync(
          '{"note":"","facts":[],"panels":[{"kind":"rich","title":"a","component":"menu","data":{"__proto__":1}}]}',
        ),
      ),
      /picture menu is refused: the key __proto__/,
    ],
    [
      'a picture that unpacks to more than one may have',
      putting(deflateSync(`{"note":"${' '.repeat(9 * 2 ** 20)}","facts":[],"panels":[]}`)),
      /picture menu is refused: .*larger than 8 MiB/,
    ],
    [
      'a huge content',
      running('UPDATE picture_contents SET data = zeroblob(17000000)'),
      /picture_contents\.data is longer than 16777216 bytes/,
    ],
    [
      'more bytes than a run may keep',
      running('UPDATE picture_contents SET data = zeroblob(9000000)'),
      /pictures take more than the 16777216 bytes/,
    ],
    [
      'more steps than a run may keep',
      running(
        "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT 499) INSERT INTO pictures SELECT 'menu', i, 1 FROM n",
      ),
      /picture menu of 501 steps, more than the 500/,
    ],
    [
      'more pictures than a file may have',
      running(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT 10000) INSERT INTO pictures SELECT 'p' || i, i, 1 FROM n",
      ),
      /more than 10000 pictures/,
    ],
    ['a name that is no name', running("UPDATE pictures SET name = '../x'"), /list of pictures is not valid/],
    [
      'a negative step',
      running('UPDATE pictures SET step = -1 WHERE step = 0'),
      /list of pictures is not valid/,
    ],
    [
      'a long name',
      running("UPDATE pictures SET name = printf('%.100c', 'a')"),
      /pictures\.name is longer than 64/,
    ],
    [
      'a content of nobody',
      running("INSERT INTO picture_contents VALUES (9, x'00')"),
      /content of a picture that it does not list/,
    ],
    [
      'a picture without content',
      running('UPDATE pictures SET content = 9 WHERE step = 0'),
      /no content|does not match/,
    ],
    [
      'the tables of version 1',
      running('DROP TABLE pictures; DROP TABLE picture_contents'),
      /tables are not those/,
    ],
    ['the number of version 1', running('PRAGMA user_version = 1'), /tables are not those/],
  ])('are refused with %s', (_name, change, reason) => {
    const file = withPictures();
    const db = new Database(file);
    db.pragma('foreign_keys = OFF');
    change(db);
    db.close();
    expect(() => readRunFile(file)).toThrow(
      expect.objectContaining({
        kind: 'validation',
        message: expect.stringMatching(reason) as string,
      }),
    );
  });
});
