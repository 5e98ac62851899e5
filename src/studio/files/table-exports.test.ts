/** Stored runs as Parquet, JSON Lines and event files, read back by readers of their own. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { beforeEach, describe, expect, it } from 'vitest';
import { newStore } from '../../../test/fixtures/new-store.ts';
import { comparisonRecord, runRecord, seriesOf } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { readEventFile } from '../../../test/support/formats/read-event-file.ts';
import type { RunRecord } from '../../shared/run.ts';
import type { Store } from '../store/types.ts';
import { exportEventFiles } from './event-files.ts';
import { exportJsonLines } from './json-lines.ts';
import { exportParquet } from './parquet.ts';

const second: RunRecord = {
  ...runRecord,
  id: 'k3f9x2ab-04',
  name: 'a "quoted" name, ✓',
  spec: {
    ...runRecord.spec,
    estimator: 'reinforce',
    seed: 4,
    config: { options: 8, mixed: 'a' },
    settings: { baseline: true, layers: [3, 4] },
  },
  metrics: { loss: null },
  variant: 'large',
};
const first: RunRecord = {
  ...runRecord,
  spec: { ...runRecord.spec, config: { options: 4, mixed: 1 }, settings: {} },
};
/** More than one window of the store and one row group have. */
const LONG = 140_000;
const MANY = Array.from({ length: LONG }, (_, i) => i);

let store: Store;
let folder: string;

beforeEach(() => {
  store = newStore();
  folder = join(temporaryFolder(), 'made', 'here');
  store.insertRun(first, comparisonRecord, {
    loss: seriesOf([0, 1, 3], [0.1, NaN, -Infinity]),
    seconds: seriesOf([0, 1, 3], [0.5, 1, 2]),
  });
  store.insertRun(second, comparisonRecord, {
    gap: seriesOf([7, 2 ** 40], [-0, 5e-324]),
    loss: seriesOf(
      MANY,
      MANY.map((i) => i / 3),
    ),
  });
});

const ids = [second.id, first.id, second.id];
const parquetRows = async (path: string) => parquetReadObjects({ file: await asyncBufferFromFile(path) });

describe('Parquet', () => {
  it('has every point once, bit for bit, a row each', async () => {
    const [path = ''] = await exportParquet(store, ids, folder);
    const rows = await parquetRows(path);
    expect(rows).toHaveLength(2 + LONG + 6);
    expect(rows.slice(0, 2)).toEqual([
      { run: second.id, series: 'gap', step: 7n, value: -0 },
      { run: second.id, series: 'gap', step: 2n ** 40n, value: 5e-324 },
    ]);
    const loss = rows.filter(({ run, series }) => run === second.id && series === 'loss');
    expect(loss.every(({ step, value }, i) => step === BigInt(i) && value === i / 3)).toBe(true);
    expect(rows.slice(-6, -3)).toEqual([
      { run: first.id, series: 'loss', step: 0n, value: 0.1 },
      { run: first.id, series: 'loss', step: 1n, value: NaN },
      { run: first.id, series: 'loss', step: 3n, value: -Infinity },
    ]);
  });

  it('has row groups of 2^17 points at most, and no bound that is NaN', async () => {
    const [path = ''] = await exportParquet(store, ids, folder);
    const { row_groups } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(row_groups.length).toBeGreaterThan(1);
    for (const { num_rows, columns } of row_groups) {
      expect(num_rows).toBeLessThanOrEqual(2n ** 17n);
      const { statistics } = columns[3]!.meta_data!;
      expect(statistics?.max_value).not.toBeNaN();
    }
  });

  it('has a row per run, with types that follow from what is there', async () => {
    const [, path = ''] = await exportParquet(store, ids, folder);
    const rows = await parquetRows(path);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      id: second.id,
      name: second.name,
      comparisonName: comparisonRecord.name,
      seed: 4n,
      variant: 'large',
      loss: null,
      'config.options': 8,
      'config.mixed': 'a',
      'settings.baseline': 'true',
      'settings.layers': '[3,4]',
    });
    expect(rows[1]).toMatchObject({ seed: 3n, variant: null, 'config.options': 4, 'config.mixed': '1' });
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    const typeOf = (name: string) => schema.find((element) => element.name === name)?.type;
    expect(['seed', 'loss', 'config.options', 'id'].map(typeOf)).toEqual([
      'INT64',
      'DOUBLE',
      'DOUBLE',
      'BYTE_ARRAY',
    ]);
  });

  it('of a run without points is a table without rows', async () => {
    const empty = newStore();
    empty.insertRun(first, comparisonRecord, {});
    const [path = ''] = await exportParquet(empty, [first.id], folder);
    expect(await parquetRows(path)).toEqual([]);
    const { schema } = await parquetMetadataAsync(await asyncBufferFromFile(path));
    expect(schema.slice(1).map(({ name }) => name)).toEqual(['run', 'series', 'step', 'value']);
  });
});

describe('JSON Lines', () => {
  it('has one line per point, with values that are not finite as texts', async () => {
    const [path = ''] = await exportJsonLines(store, ids, folder);
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(2 + LONG + 6);
    expect(lines[0]).toBe(`{"run":"${second.id}","series":"gap","step":7,"value":-0}`);
    expect(lines.slice(-6, -3)).toEqual([
      `{"run":"${first.id}","series":"loss","step":0,"value":0.1}`,
      `{"run":"${first.id}","series":"loss","step":1,"value":"NaN"}`,
      `{"run":"${first.id}","series":"loss","step":3,"value":"-Infinity"}`,
    ]);
    expect(JSON.parse(lines[1 + LONG]!)).toEqual({
      run: second.id,
      series: 'loss',
      step: LONG - 1,
      value: (LONG - 1) / 3,
    });
  });

  it('has one line per run, with its config as it is', async () => {
    const [, path = ''] = await exportJsonLines(store, ids, folder);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        id: second.id,
        name: second.name,
        seed: 4,
        variant: 'large',
        metrics: { loss: null },
        config: { options: 8 },
        settings: { baseline: true, layers: [3, 4] },
      },
      { id: first.id, comparisonName: comparisonRecord.name, environment: { node: '24.21.0' } },
    ]);
  });
});

describe('event files', () => {
  it('are one of each run in a folder of its own', async () => {
    const files = await exportEventFiles(store, ids, folder);
    expect(readdirSync(folder).sort()).toEqual([
      `${first.id}.${first.spec.estimator}.seed-3`,
      `${second.id}.reinforce.seed-4`,
    ]);
    expect(files).toHaveLength(2);
    for (const file of files) expect(file).toMatch(/\/events\.out\.tfevents\.\d+\.gumbel-studio$/);
  });

  it('have one event a step, with the time at which it was trained', async () => {
    const [, file = ''] = await exportEventFiles(store, ids, folder);
    const start = (first.startedAt ?? first.createdAt) / 1000;
    expect(readEventFile(readFileSync(file))).toEqual([
      { wallTime: start, step: 0, version: 'brain.Event:2', scalars: {} },
      {
        wallTime: start + 0.5,
        step: 0,
        version: undefined,
        scalars: { loss: Math.fround(0.1), seconds: 0.5 },
      },
      { wallTime: start + 1, step: 1, version: undefined, scalars: { loss: NaN, seconds: 1 } },
      { wallTime: start + 2, step: 3, version: undefined, scalars: { loss: -Infinity, seconds: 2 } },
    ]);
  });

  it('have every point of a long run', async () => {
    const [file = ''] = await exportEventFiles(store, ids, folder);
    const events = readEventFile(readFileSync(file));
    expect(events).toHaveLength(1 + LONG + 1);
    expect(events.at(-2)).toMatchObject({ step: LONG - 1, scalars: { loss: Math.fround((LONG - 1) / 3) } });
    expect(events.at(-1)).toMatchObject({ step: 2 ** 40, scalars: { gap: 0 } });
  });
});

describe.each([
  ['Parquet', exportParquet],
  ['JSON Lines', exportJsonLines],
  ['event files', exportEventFiles],
])('%s', (_name, write) => {
  it('of a run that is not there are refused, and nothing is made', async () => {
    await expect(write(store, [first.id, 'gone'], folder)).rejects.toMatchObject({
      kind: 'not-found',
      message: 'there is no run gone',
    });
    expect(existsSync(folder)).toBe(false);
  });

  it('take the place of older ones, and leave nothing else behind', async () => {
    const once = await write(store, [first.id], folder);
    for (const file of once) writeFileSync(file, 'older');
    expect(await write(store, [first.id], folder)).toEqual(once);
    for (const file of once) {
      expect(readFileSync(file, 'latin1')).not.toBe('older');
    }
    const all = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(all).toHaveLength(once.length);
  });

  it('where a file is in the way of the folder, say so', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(write(store, [first.id], join(file, 'below'))).rejects.toMatchObject({ kind: 'not-found' });
  });
});
