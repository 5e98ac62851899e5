import { describe, expect, it } from 'vitest';
import { newStore } from '../../../test/fixtures/new-store.ts';
import { comparisonRecord, runRecord, seriesOf } from '../../../test/fixtures/runs.ts';

describe('insertRun', () => {
  const series = { loss: seriesOf([0, 5, 6], [1, NaN, -2]), gap: seriesOf([3], [4]) };

  it('takes over a run of another studio with its comparison', () => {
    const store = newStore();
    store.insertRun(runRecord, comparisonRecord, series);
    store.insertRun({ ...runRecord, id: 'k3f9x2ab-01' }, comparisonRecord, {});
    expect(store.run(runRecord.id)).toEqual(runRecord);
    expect(store.comparisons()).toEqual([comparisonRecord]);
    expect(store.runs().map(({ id }) => id)).toEqual(['k3f9x2ab-01', 'k3f9x2ab-03']);
    expect(store.readSeries(runRecord.id, 'loss')).toEqual(series.loss);
    expect(store.series(runRecord.id).map(({ name }) => name)).toEqual(['gap', 'loss']);
  });

  it('never overwrites', () => {
    const store = newStore();
    store.insertRun(runRecord, comparisonRecord, series);
    expect(() => store.insertRun({ ...runRecord, name: 'other' }, comparisonRecord, {})).toThrow(
      expect.objectContaining({ kind: 'conflict' }),
    );
    const foreign = { ...comparisonRecord, problem: 'vae' };
    expect(() => store.insertRun({ ...runRecord, id: 'k3f9x2ab-09' }, foreign, {})).toThrow(
      expect.objectContaining({ kind: 'conflict' }),
    );
    expect(store.runs()).toEqual([runRecord]);
  });

  it('adds baselines that were not known yet', () => {
    const store = newStore();
    store.insertRun(runRecord, { ...comparisonRecord, baselines: null }, {});
    store.insertRun({ ...runRecord, id: 'k3f9x2ab-04' }, comparisonRecord, {});
    expect(store.comparison(comparisonRecord.id)?.baselines).toEqual(comparisonRecord.baselines);
  });

  it('is all or nothing', () => {
    const store = newStore();
    expect(() =>
      store.insertRun(runRecord, comparisonRecord, { ...series, bad: seriesOf([1, 0], [1, 1]) }),
    ).toThrow(/series bad/);
    expect(store.comparisons()).toEqual([]);
    expect(store.runs()).toEqual([]);
  });
});
