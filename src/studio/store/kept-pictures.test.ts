import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newStore, storeWithRun } from '../../../test/fixtures/new-store.ts';
import { batchOf, comparisonRecord, newComparison, runRecord } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { keptLimits, type KeptPicture } from '../../shared/pictures/kept.ts';
import { rowFaults } from './check-rows.ts';
import { checksumSql } from './checksum.ts';
import { connectReadable, connectWritable } from './connection.ts';
import { surplus } from './kept-pictures.ts';
import { openDamagedStore, openStore } from './open.ts';
import type { Store } from './types.ts';

const picture = (name: string, step: number, ...content: number[]): KeptPicture => ({
  name,
  step,
  content: Uint8Array.from(content),
});
const plain = (pictures: readonly KeptPicture[]) =>
  pictures.map(({ name, step, content }) => [name, step, ...content]);
const keep = (store: Store, id: string, ...pictures: KeptPicture[]) =>
  store.commit([{ ...batchOf(id, 'loss', [], []), points: [], pictures }]);

/** What the file holds, seen apart from the store. */
function inFile(store: Store, sql: string): unknown {
  const db = new Database(store.path);
  try {
    return db.prepare(sql).pluck().get();
  } finally {
    db.close();
  }
}
const contentsIn = (store: Store) => inFile(store, 'SELECT count(*) FROM picture_contents');

function changeFile(store: Store, sql: string): void {
  const db = connectWritable(store.path);
  db.pragma('foreign_keys = OFF');
  db.exec(sql);
  db.close();
}

describe('pictures that runs keep', () => {
  it('come back as they were committed, the newest at or before a step', () => {
    const { store, id } = storeWithRun();
    expect(store.keptSteps(id)).toEqual([]);
    expect(store.keptPicture(id, 'menu', 5)).toBeUndefined();
    keep(store, id, picture('menu', 0, 1), picture('flow', 0, 2));
    keep(store, id, picture('menu', 10, 3));
    expect(store.keptSteps(id)).toEqual([
      { name: 'flow', steps: [0] },
      { name: 'menu', steps: [0, 10] },
    ]);
    const at = (name: string, step: number) => {
      const found = store.keptPicture(id, name, step);
      return found && plain([found]);
    };
    expect(at('menu', 9)).toEqual([['menu', 0, 1]]);
    expect(at('menu', 10)).toEqual([['menu', 10, 3]]);
    expect(at('menu', 1e9)).toEqual([['menu', 10, 3]]);
    expect(at('flow', 0)).toEqual([['flow', 0, 2]]);
    expect(at('other', 10)).toBeUndefined();
    expect(plain(store.keptPictures(id))).toEqual([
      ['flow', 0, 2],
      ['menu', 0, 1],
      ['menu', 10, 3],
    ]);
    expect(() => store.keptSteps('nobody')).toThrow(expect.objectContaining({ kind: 'not-found' }));
  });

  it('are written in the place of those of the same name and step, with the points or not at all', () => {
    const { store, id } = storeWithRun();
    keep(store, id, picture('menu', 0, 1), picture('menu', 5, 2));
    keep(store, id, picture('menu', 5, 3));
    expect(plain(store.keptPictures(id))).toEqual([
      ['menu', 0, 1],
      ['menu', 5, 3],
    ]);
    expect(contentsIn(store)).toBe(2);
    const wrong = { ...batchOf(id, 'loss', [2, 1], [0, 0]), pictures: [picture('menu', 7, 4)] };
    expect(() => store.commit([wrong])).toThrow(/loss/);
    expect(store.keptSteps(id)).toEqual([{ name: 'menu', steps: [0, 5] }]);
    expect(contentsIn(store)).toBe(2);
  });

  it('are kept once where they are the same, and go with the last run that keeps them', () => {
    const store = newStore();
    const [one, other] = store.createComparison(newComparison(2)).runs.map(({ id }) => id) as [
      string,
      string,
    ];
    keep(store, one, picture('menu', 0, 1), picture('menu', 5, 1), picture('menu', 6, 2));
    keep(store, other, picture('menu', 0, 1), picture('menu', 5, 3));
    expect(contentsIn(store)).toBe(3);
    store.removeRuns([one]);
    expect(contentsIn(store)).toBe(2);
    expect(plain(store.keptPictures(other))).toEqual([
      ['menu', 0, 1],
      ['menu', 5, 3],
    ]);
    store.removeRuns([other]);
    expect(contentsIn(store)).toBe(0);
    expect(inFile(store, 'SELECT count(*) FROM kept_pictures')).toBe(0);
  });

  it('come with a run that is inserted or adopted', () => {
    const store = newStore();
    const pictures = [picture('menu', 0, 1), picture('menu', 9, 2)];
    store.insertRun(runRecord, comparisonRecord, {}, [], pictures);
    const staged = store.stage();
    staged.adopt({ ...runRecord, id: 'k3f9x2ab-04' }, comparisonRecord, pictures);
    for (const id of [runRecord.id, 'k3f9x2ab-04'])
      expect(plain(store.keptPictures(id))).toEqual(plain(pictures));
    expect(contentsIn(store)).toBe(2);
  });

  it('of a run take no more than it may keep, however many there were', () => {
    const { store, id } = storeWithRun();
    const content = () => new Uint8Array(randomBytes(2 ** 20));
    for (let step = 0; step < 40; step += 1) keep(store, id, { name: 'menu', step, content: content() });
    const [{ steps } = { steps: [] }] = store.keptSteps(id);
    expect(steps).toHaveLength(16);
    expect([steps[0], steps.at(-1)]).toEqual([0, 39]);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(4);
    expect(inFile(store, 'SELECT sum(length(data)) FROM picture_contents')).toBe(keptLimits.bytes);
  });

  it('of a store of the format before are none, its runs can keep some, and a damaged one stays damaged', () => {
    const file = join(temporaryFolder(), 'studio.sqlite');
    const newest = openStore(file);
    const [whole, broken] = newest.createComparison(newComparison(2)).runs.map(({ id }) => id) as [
      string,
      string,
    ];
    newest.close();
    const db = connectWritable(file);
    const later = ['verdict', 'elsewhere', 'sweep', 'confirms', 'guide', 'executor'];
    db.exec(`
      UPDATE comparisons SET checksum = ${checksumSql('comparisons', 'comparisons', later)};
      ${later.map((column) => `ALTER TABLE comparisons DROP COLUMN ${column};`).join('')}
      ALTER TABLE runs DROP COLUMN picture_count; ALTER TABLE runs DROP COLUMN alerts; ALTER TABLE runs DROP COLUMN task; DROP TABLE kept_pictures; DROP TABLE picture_contents;
      UPDATE runs SET checksum = ${checksumSql('runs', 'runs', ['picture_count', 'alerts', 'task'])};
      UPDATE runs SET seed = 7 WHERE id = '${broken}';
      PRAGMA user_version = 60`);
    db.close();
    const store = openStore(file);
    onTestFinished(() => store.close());
    expect(store.storedRuns()).toMatchObject({ runs: [{ id: whole }], damaged: [{ id: broken }] });
    keep(store, whole, picture('menu', 0, 1));
    expect(store.keptSteps(whole)).toEqual([{ name: 'menu', steps: [0] }]);
  });
});

describe('damaged pictures', () => {
  const wrongs = [
    [
      'an altered step',
      'UPDATE kept_pictures SET step = 6 WHERE step = 5',
      /picture menu of step 6 does not match its checksum/,
    ],
    ['a row that is gone', 'DELETE FROM kept_pictures WHERE step = 5', /1 of its 2 kept pictures found/],
    [
      'an altered content',
      "UPDATE picture_contents SET data = x'09' WHERE data = x'02'",
      /picture menu of step 5 does not match its digest/,
    ],
    [
      'a content that is gone',
      "DELETE FROM picture_contents WHERE data = x'02'",
      /picture menu of step 5 is gone/,
    ],
  ] as const;

  it.each(wrongs)('%s: said, listed, not written over; the others can be saved', (_name, sql, said) => {
    const { store, id } = storeWithRun();
    keep(store, id, picture('menu', 0, 1), picture('menu', 5, 2));
    changeFile(store, sql);
    expect(() => store.keptPictures(id)).toThrow(said);
    expect(store.run(id)?.id).toBe(id);
    const db = connectReadable(store.path);
    onTestFinished(() => void db.close());
    expect(rowFaults(db)).toContainEqual(expect.objectContaining({ run: id, table: 'kept_pictures' }));
    const damaged = openDamagedStore(store.path);
    onTestFinished(() => damaged.close());
    const lost: string[] = [];
    expect(plain(damaged.wholePictures(id, (sentence) => lost.push(sentence)))).toEqual([['menu', 0, 1]]);
    expect(lost).toEqual([expect.stringMatching(said)]);
    store.removeRuns([id]);
    expect(inFile(store, 'SELECT count(*) FROM kept_pictures')).toBe(0);
  });

  it('that are gone are not hidden by a new count', () => {
    const { store, id } = storeWithRun();
    keep(store, id, picture('menu', 0, 1), picture('menu', 5, 2));
    changeFile(store, 'DELETE FROM kept_pictures WHERE step = 5');
    expect(() => keep(store, id, picture('menu', 6, 3))).toThrow(/1 of its 2 kept pictures found/);
  });
});

describe('what is thinned out', () => {
  const many = (name: string, steps: readonly number[], bytes: number) =>
    steps.map((step, i) => ({ id: i, name, step, content: `${name} ${step}`, bytes }));
  const upTo = (last: number) => Array.from({ length: last + 1 }, (_, step) => step);
  const left = (kept: ReturnType<typeof many>, limits: { bytes: number; steps: number }) => {
    const gone = new Set(surplus(kept, limits));
    return kept.filter((one) => !gone.has(one)).map(({ step }) => step);
  };

  it('is nothing within the limits', () => {
    expect(left(many('a', upTo(9), 10), { bytes: 100, steps: 10 })).toEqual(upTo(9));
  });

  it('is every second step, between the first and the last', () => {
    expect(left(many('a', upTo(8), 10), { bytes: 50, steps: 10 })).toEqual([0, 2, 4, 6, 8]);
    expect(left(many('a', upTo(8), 10), { bytes: 1000, steps: 5 })).toEqual([0, 2, 4, 6, 8]);
    expect(left(many('a', upTo(8), 10), { bytes: 20, steps: 10 })).toEqual([0, 8]);
  });

  it('is of the picture that takes the most; first and last go only where nothing else is left', () => {
    const both = [...many('large', upTo(4), 30), ...many('small', upTo(4), 2)];
    expect(left(both, { bytes: 70, steps: 10 })).toEqual([0, 4, ...upTo(4)]);
    expect(left(many('a', [0, 9], 30), { bytes: 30, steps: 10 })).toEqual([9]);
  });

  it('counts pictures that are the same once', () => {
    const same = upTo(9).map((step, id) => ({ id, name: 'a', step, content: 'x', bytes: 10 }));
    expect(surplus(same, { bytes: 10, steps: 10 })).toEqual([]);
  });

  it('leaves steps that come one by one spread evenly', () => {
    let kept: ReturnType<typeof many> = [];
    for (let step = 0; step <= 1000; step += 1) {
      kept = [...kept, { id: step, name: 'a', step, content: `${step}`, bytes: 1 }];
      const gone = new Set(surplus(kept, { bytes: 1e9, steps: 33 }));
      kept = kept.filter((one) => !gone.has(one));
    }
    const steps = kept.map(({ step }) => step);
    expect(steps).toHaveLength(33);
    const gaps = steps.slice(1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * (1000 / 32));
    expect(gaps.filter((gap) => gap < 1000 / 64).length).toBeLessThanOrEqual(3);
  });
});
