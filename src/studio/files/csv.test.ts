import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { comparisonRecord, runRecord, seriesOf } from '../../../test/fixtures/runs.ts';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import type { Parent, RunRecord } from '../../shared/run.ts';
import { openStore } from '../store/open.ts';
import type { Series, Store } from '../store/types.ts';
import { exportCsv } from './csv.ts';

function storeOf(...runs: { run: RunRecord; series: Record<string, Series> }[]): {
  store: Store;
  folder: string;
} {
  const folder = temporaryFolder();
  const store = openStore(join(folder, 'studio.sqlite'));
  onTestFinished(() => store.close());
  for (const { run, series } of runs) store.insertRun(run, comparisonRecord, series);
  return { store, folder };
}

const second: RunRecord = {
  ...runRecord,
  id: 'k3f9x2ab-04',
  spec: {
    ...runRecord.spec,
    estimator: 'reinforce',
    seed: 4,
    config: { options: 8 },
    settings: { baseline: true, layers: [3, 4] },
  },
  metrics: { loss: -1e-7 },
  variant: 'large',
};

describe('exportCsv', () => {
  it('writes one row per run and step, empty where a metric has no point', async () => {
    const { store, folder } = storeOf(
      {
        run: runRecord,
        series: { loss: seriesOf([0, 1, 3], [0.1, NaN, -Infinity]), gap: seriesOf([1, 2], [-0, 1 / 3]) },
      },
      { run: second, series: { loss: seriesOf([7], [5e-324]), step: seriesOf([7], [2]) } },
    );
    const files = await exportCsv(store, [second.id, runRecord.id, second.id], join(folder, 'out', 'csv'));
    expect(readFileSync(files.series, 'utf8')).toBe(
      [
        'run,comparison,estimator,seed,step,variant,gap,loss,metric.step',
        'k3f9x2ab-04,k3f9x2ab,reinforce,4,7,large,,5e-324,2',
        'k3f9x2ab-03,k3f9x2ab,st-gumbel,3,0,,,0.1,',
        'k3f9x2ab-03,k3f9x2ab,st-gumbel,3,1,,-0,NaN,',
        'k3f9x2ab-03,k3f9x2ab,st-gumbel,3,2,,0.3333333333333333,,',
        'k3f9x2ab-03,k3f9x2ab,st-gumbel,3,3,,,-Infinity,',
        '',
      ].join('\n'),
    );
  });

  const parent: Parent = {
    run: runRecord.id,
    name: runRecord.name,
    estimator: 'st-gumbel',
    step: 40,
    carried: 'parameters',
  };

  it('writes one row per run with last metrics and every leaf of config and settings', async () => {
    const { store, folder } = storeOf(
      { run: runRecord, series: {} },
      { run: { ...second, parent }, series: {} },
    );
    const files = await exportCsv(store, [runRecord.id, second.id], folder);
    expect(readFileSync(files.runs, 'utf8')).toBe(
      [
        'id,comparison,name,comparisonName,problem,estimator,seed,backend,state,step,steps,seconds,sharers,stepsPerSecond,evaluations,parent,parentStep,variant,alerts,hardTestRevenue,loss,' +
          'config.options,config.valuations.kind,settings.baseline,settings.layers,settings.temperature',
        'k3f9x2ab-03,k3f9x2ab,"st-gumbel, seed 3",menus of strangers,menu,st-gumbel,3,wasm,completed,100,100,1.25,1,80,12800,,,,above-bound,,0.1,8,uniform,,,0.5',
        'k3f9x2ab-04,k3f9x2ab,"st-gumbel, seed 3",menus of strangers,menu,reinforce,4,wasm,completed,100,100,1.25,1,80,12800,k3f9x2ab-03,40,large,above-bound,,-1e-7,8,,true,"[3,4]",',
        '',
      ].join('\n'),
    );
    expect(readFileSync(files.series, 'utf8')).toBe('run,comparison,estimator,seed,step,variant\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠x'])(
    'does not let the text %j become a formula',
    async (text) => {
      const { store, folder } = storeOf({ run: { ...runRecord, name: text }, series: {} });
      const files = await exportCsv(store, [runRecord.id], folder);
      const cell = readFileSync(files.runs, 'utf8').split('k3f9x2ab,')[1] ?? '';
      expect(cell.replace(/^"/, '').startsWith(`'${text}`)).toBe(true);
    },
  );

  it('writes all points of a series longer than what it holds in memory', async () => {
    const length = 40_000;
    const steps = Array.from({ length }, (_, index) => (index < 30_000 ? index : index * 3));
    const sparse = steps.filter((_, index) => index % 1000 === 999);
    const { store, folder } = storeOf({
      run: runRecord,
      series: { loss: seriesOf(steps, steps), late: seriesOf(sparse, sparse) },
    });
    const files = await exportCsv(store, [runRecord.id], folder);
    const rows = readFileSync(files.series, 'utf8').trimEnd().split('\n').slice(1);
    expect(rows).toHaveLength(length);
    const expected = steps.map((step, index) => `${step},,${index % 1000 === 999 ? step : ''},${step}`);
    expect(rows.map((row) => row.split(',').slice(4).join(','))).toEqual(expected);
  });

  it('leaves older files as they are when it fails, and nothing else behind', async () => {
    const { store, folder } = storeOf({ run: runRecord, series: { loss: seriesOf([0], [1]) } });
    const out = join(folder, 'out');
    await exportCsv(store, [runRecord.id], out);
    const before = readFileSync(join(out, 'series.csv'), 'utf8');
    await expect(exportCsv(store, [runRecord.id, 'nobody'], out)).rejects.toThrow(/there is no run nobody/);
    const broken: Store = {
      ...store,
      readSeries() {
        throw new Error('the disk is gone');
      },
    };
    await expect(exportCsv(broken, [runRecord.id], out)).rejects.toThrow('the disk is gone');
    expect(readFileSync(join(out, 'series.csv'), 'utf8')).toBe(before);
    expect(readdirSync(out)).toEqual(['runs.csv', 'series.csv']);
  });

  it('says where it cannot write', async () => {
    const { store, folder } = storeOf({ run: runRecord, series: {} });
    writeFileSync(join(folder, 'file'), '');
    await expect(exportCsv(store, [runRecord.id], join(folder, 'file', 'sub'))).rejects.toThrow(
      expect.objectContaining({
        kind: 'not-found',
        message: expect.stringContaining(join(folder, 'file')) as string,
      }),
    );
    expect(existsSync(join(folder, 'runs.csv'))).toBe(false);
  });
});
