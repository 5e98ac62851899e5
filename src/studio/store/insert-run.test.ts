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

  describe('of a group of scripts', () => {
    const told = { label: 'Mine', direction: 'minimize', metric: 'loss', labels: {} } as const;
    const plan = { metric: 'loss', step: null, test: 't', margin: null } as const;
    const comparison = { ...comparisonRecord, elsewhere: { group: 'g', problem: told }, verdict: plan };
    const another = { ...runRecord, id: 'k3f9x2ab-p2' };

    it('knows the comparison by its group, whenever it was made', () => {
      const store = newStore();
      store.insertRun(runRecord, comparison, {});
      store.insertRun(another, { ...comparison, createdAt: 7 }, {});
      expect(store.comparisons()).toEqual([comparison]);
      for (const group of ['h', null]) {
        const foreign = { ...comparison, elsewhere: { group, problem: told } };
        expect(() => store.insertRun({ ...runRecord, id: 'x' }, foreign, {})).toThrow(/another comparison/);
      }
    });

    it('takes no run that is judged by something else', () => {
      const store = newStore();
      store.insertRun(runRecord, comparison, {});
      const elsewhere = { group: 'g', problem: { ...told, direction: 'maximize' as const } };
      expect(() => store.insertRun(another, { ...comparison, elsewhere }, {})).toThrow(
        /is to maximize loss, but the runs of that group which are here minimize loss/,
      );
      const labelled = { group: 'g', problem: { ...told, labels: { loss: 'Loss' } } };
      store.insertRun(another, { ...comparison, elsewhere: labelled }, {});
      expect(store.runs()).toHaveLength(2);
    });

    it('learns what is judged from the first run that measured anything', () => {
      const store = newStore();
      const silent = { ...comparison, elsewhere: { group: 'g', problem: null }, verdict: null };
      store.insertRun(runRecord, silent, {});
      store.insertRun(another, comparison, {});
      store.insertRun({ ...runRecord, id: 'k3f9x2ab-p3' }, silent, {});
      expect(store.comparisons()).toEqual([comparison]);
    });
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
