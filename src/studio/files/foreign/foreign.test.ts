/** What other programs write, as runs; and our own exports back again, number by number. */
import { appendFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { newStore } from '../../../../test/fixtures/new-store.ts';
import { comparisonRecord, runRecord, seriesOf } from '../../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { foreignOptionsSchema } from '../../../shared/foreign-columns.ts';
import { exportCsv } from '../csv.ts';
import { exportEventFiles } from '../event-files.ts';
import { framed, scalarsRecord, versionRecord } from '../event-record.ts';
import { exportJsonLines } from '../json-lines.ts';
import { exportParquet } from '../parquet.ts';
import { readRunFile } from '../run-file.ts';
import { convertForeign } from './convert.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

async function converted(path: string, options: object = {}, name = path) {
  const made = join(folder, 'made');
  mkdirSync(made, { recursive: true });
  const files = await convertForeign(path, name, made, foreignOptionsSchema.parse(options), () => undefined);
  return files.map((file) => readRunFile(file.path));
}

function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const points = ({ series }: Awaited<ReturnType<typeof converted>>[number]) =>
  Object.fromEntries(
    Object.entries(series).map(([name, { steps, values }]) => [name, [[...steps], [...values]]]),
  );

describe('our own exports come back', () => {
  const exact = {
    loss: [
      [0, 1, 3],
      [0.1, NaN, -Infinity],
    ],
    seconds: [
      [0, 1, 3],
      [0.5, 1, 2],
    ],
  };
  const spec = { ...runRecord.spec, estimator: 'reinforce', seed: 4 };
  const second = { ...runRecord, id: 'k3f9x2ab-04', spec };
  const filled = () => {
    const store = newStore();
    store.insertRun(runRecord, comparisonRecord, {
      loss: seriesOf([0, 1, 3], [0.1, NaN, -Infinity]),
      seconds: seriesOf([0, 1, 3], [0.5, 1, 2]),
    });
    store.insertRun(second, comparisonRecord, { gap: seriesOf([7, 2 ** 40], [-0.25, 5e-324]) });
    return store;
  };
  const ids = [runRecord.id, second.id];

  it.each([
    ['CSV', exportCsv, 'series.csv'],
    ['Parquet', exportParquet, 'series.parquet'],
    ['JSON Lines', exportJsonLines, 'series.jsonl'],
  ] as const)('%s: every number', async (_, write, file) => {
    await write(filled(), ids, folder);
    const [first, other] = await converted(join(folder, file));
    expect(points(first!)).toEqual(exact);
    expect(points(other!)).toEqual({
      gap: [
        [7, 2 ** 40],
        [-0.25, 5e-324],
      ],
    });
    if (file === 'series.csv')
      expect([other!.run.spec.estimator, other!.run.spec.seed]).toEqual(['reinforce', 4]);
  });

  it('TensorBoard: in single precision, as the format has it', async () => {
    const out = join(folder, 'events');
    await exportEventFiles(filled(), ids, out);
    const found = await converted(out);
    expect(found.map(({ run }) => [run.spec.estimator, run.spec.seed])).toEqual([
      [runRecord.spec.estimator, runRecord.spec.seed],
      ['reinforce', 4],
    ]);
    expect(points(found[0]!)).toEqual({
      ...exact,
      loss: [
        [0, 1, 3],
        [Math.fround(0.1), NaN, -Infinity],
      ],
    });
  });
});

describe('tables', () => {
  it('in the wide form: a column per metric, an empty cell is no point', async () => {
    const path = written(
      'study.csv',
      'name,seed,step,train/loss,accuracy,_runtime\nsoft,1,0,2,0.5,9\nsoft,1,10,1,,9\nhard,1,0,3,0.25,9\n',
    );
    const [soft, hard] = await converted(path);
    expect(points(soft!)).toEqual({
      'train.loss': [
        [0, 10],
        [2, 1],
      ],
      accuracy: [[0], [0.5]],
    });
    expect(hard!.run).toMatchObject({
      name: 'hard, seed 1',
      spec: { estimator: 'hard', seed: 1, settings: { madeIn: 'csv' } },
    });
    expect(soft!.comparison).toEqual({ ...hard!.comparison, createdAt: soft!.comparison.createdAt });
    expect(soft!.comparison).toMatchObject({
      name: 'study',
      verdict: { metric: 'train.loss' },
      elsewhere: {
        group: 'study',
        problem: { direction: 'minimize', labels: { 'train.loss': 'train/loss' } },
      },
    });
  });

  it('a metric may be called like a property that every object has', async () => {
    const [run] = await converted(written('t.csv', 'step,constructor\n0,1\n'));
    expect(Object.keys(points(run!))).toEqual([expect.stringMatching(/^constructor_[0-9a-f]{6}$/)]);
  });

  it('names of metrics that would be one stay several', async () => {
    const path = written('t.csv', 'step,a/b.c,a.b/c,a.b.c\n0,1,2,3\n');
    const [run] = await converted(path);
    const named = Object.entries(points(run!)).map(([name, [, values]]) => [name.slice(0, 6), values]);
    expect(named.toSorted()).toEqual([
      ['a.b.c', [3]],
      ['a.b.c_', [1]],
      ['a.b.c_', [2]],
    ]);
  });

  it('JSON Lines, nested and with the last line cut; a metric that the person chooses', async () => {
    const path = written(
      'metrics.jsonl',
      '{"epoch": 0, "eval": {"reward": 1}, "loss": NaN}\n{"epoch": 1, "eval": {"reward": 2}, "loss": 0.5}\n{"epoch": 2, "ev',
    );
    const [run] = await converted(path, { metric: 'eval.reward' }, '/home/a/my-run/metrics.jsonl');
    expect(points(run!)).toEqual({
      'eval.reward': [
        [0, 1],
        [1, 2],
      ],
      loss: [
        [0, 1],
        [NaN, 0.5],
      ],
    });
    expect(run!.comparison).toMatchObject({
      name: 'my-run',
      elsewhere: { problem: { direction: 'maximize' } },
    });
  });

  it('columns of other names, as a person says', async () => {
    const path = written('t.csv', 'trial,t,what,y\na_seed3,1,q,5\na_seed3,0,q,4\n');
    const [run] = await converted(path, { columns: { run: 'trial', step: 't', metric: 'what', value: 'y' } });
    expect(points(run!)).toEqual({
      q: [
        [0, 1],
        [4, 5],
      ],
    });
    expect(run!.run.spec).toMatchObject({ estimator: 'a', seed: 3 });
  });

  it.each([
    ['step,loss\n0,1\n0,2\n', {}, /expected one value per step, found two at step 0; .* --columns run=/],
    ['step,loss\n0.5,1\n', {}, /line 2: expected a step that is a whole number, 0 or more, found 0.5/],
    ['step,loss\nx,1\n', {}, /line 2, column step: expected a number, found "x"/],
    ['step,loss\n0,a\n', {}, /line 2, column loss: expected a number, found "a"/],
    ['step,loss\n0,1\n', { columns: { run: 'trial' } }, /expected a column trial .*found step, loss/],
    ['step,loss\n0,1\n', { metric: 'acc' }, /expected a metric called acc, found loss/],
    ['0,1\n1,2\n', {}, /expected the names of the columns/],
    ['{"step": 0, "loss": 1}\n{"step": 1\n{"step": 2}\n', {}, /line 2: expected one JSON object per line/],
    ['{"__proto__": {"a": 1}, "step": 0}\n{}\n', {}, /the key __proto__/],
    ['PAR1 and nothing else', {}, /cannot be read as Parquet/],
    ['a file of something', {}, /found none|expected/],
  ])('%j is refused', async (text, options, message) => {
    const error: unknown = await converted(written('a.csv', text), options).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ kind: 'validation', message: expect.stringMatching(message) as string });
    expect(readdirSync(join(folder, 'made'))).toEqual([]);
  });
});

describe('TensorBoard', () => {
  const events = (...values: number[]) =>
    Buffer.concat([
      versionRecord(10),
      ...values.map((value, i) => scalarsRecord(10 + i, i, [{ tag: 'loss', value }])),
    ]);

  it('a folder per run; the time since the first point is its seconds', async () => {
    mkdirSync(join(folder, 'logs', 'soft', 'seed1'), { recursive: true });
    writeFileSync(join(folder, 'logs', 'soft', 'seed1', 'events.out.tfevents.1.host'), events(3, 2));
    const [run] = await converted(join(folder, 'logs'));
    expect(points(run!)).toEqual({
      loss: [
        [0, 1],
        [3, 2],
      ],
      seconds: [
        [0, 1],
        [0, 1],
      ],
    });
    expect(run!.run.spec).toMatchObject({ estimator: 'soft', seed: 1 });
  });

  it('a file that is cut, or damaged at its end, counts up to there', async () => {
    const whole = events(3, 2, 1);
    for (const cut of [
      whole.subarray(0, -1),
      whole.subarray(0, -30),
      Buffer.concat([whole.subarray(0, -2), Buffer.of(0, 0)]),
    ]) {
      const [run] = await converted(written('events.out.tfevents.1.a', cut));
      expect(points(run!)['loss']).toEqual([
        [0, 1],
        [3, 2],
      ]);
    }
  });

  it('a program that began again wrote on: the last value of a step counts', async () => {
    const path = written('events.out.tfevents.1.a', events(3, 2));
    appendFileSync(path, events(5));
    expect(points((await converted(path))[0]!)['loss']).toEqual([
      [0, 1],
      [5, 2],
    ]);
  });

  it('its clock goes on in the next file', async () => {
    mkdirSync(join(folder, 'logs', 'soft'), { recursive: true });
    writeFileSync(join(folder, 'logs', 'soft', 'events.out.tfevents.1.host'), events(3, 2));
    writeFileSync(
      join(folder, 'logs', 'soft', 'events.out.tfevents.2.host'),
      Buffer.concat([versionRecord(20), scalarsRecord(30, 2, [{ tag: 'loss', value: 1 }])]),
    );
    const [run] = await converted(join(folder, 'logs'));
    expect(points(run!)['seconds']).toEqual([
      [0, 1, 2],
      [0, 1, 20],
    ]);
  });

  it('a scalar as a tensor, as TensorFlow 2 writes it', async () => {
    // Event 2 step = 7, 5 summary { 1 value { 1 tag "a", 8 tensor { 1 dtype = 1 (float), 2 shape {}, 4 content } } }.
    const content = Buffer.alloc(4);
    content.writeFloatLE(1.5);
    const tensor = Buffer.concat([Buffer.of(0x08, 1, 0x12, 0, 0x22, 4), content]);
    const value = Buffer.concat([Buffer.of(0x0a, 1, 0x61, 0x42, tensor.length), tensor]);
    const summary = Buffer.concat([Buffer.of(0x0a, value.length), value]);
    const event = Buffer.concat([Buffer.of(0x10, 7, 0x2a, summary.length), summary]);
    const path = written('events.out.tfevents.1.a', Buffer.concat([versionRecord(10), framed(event)]));
    expect(points((await converted(path))[0]!)['a']).toEqual([[7], [1.5]]);
  });
});

it("MLflow's folders: metrics, parameters, seed and name", async () => {
  const home = join(folder, 'mlruns', '0', 'abc');
  for (const part of ['metrics/eval', 'params', 'tags']) mkdirSync(join(home, part), { recursive: true });
  writeFileSync(join(home, 'metrics', 'loss'), '1700000000000 0.5 0\n1700000001000 nan 1\n17000');
  writeFileSync(join(home, 'metrics', 'eval', 'acc'), '1700000000000 0.75 1\n');
  writeFileSync(join(home, 'params', 'lr'), '0.01');
  writeFileSync(join(home, 'params', 'seed'), '6');
  writeFileSync(join(home, 'tags', 'mlflow.runName'), 'brave-owl');
  const [run] = await converted(join(folder, 'mlruns'));
  expect(points(run!)).toEqual({
    loss: [
      [0, 1],
      [0.5, NaN],
    ],
    'eval.acc': [[1], [0.75]],
  });
  expect(run!.run.spec).toMatchObject({ estimator: 'brave-owl', seed: 6, config: { lr: 0.01 } });
  expect(readFileSync(join(home, 'params', 'lr'), 'utf8')).toBe('0.01');
});

it('a folder without runs is refused', async () => {
  await expect(converted(folder)).rejects.toThrow(
    'expected TensorBoard event files (*tfevents*) or MLflow runs',
  );
});
