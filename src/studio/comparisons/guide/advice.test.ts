import { describe, expect, it } from 'vitest';
import { runRecord } from '../../../../test/fixtures/runs.ts';
import type { Guide } from '../../../shared/guide.ts';
import { scheduleText } from '../../../shared/guide.ts';
import type { Alert } from '../../../shared/health.ts';
import type { RunRecord } from '../../../shared/run.ts';
import type { TemperatureSchedule } from '../../../shared/schedule.ts';
import { problemDescriptor } from '../../catalog.ts';
import { adviceOn } from './advice.ts';

const METRIC = 'hardValidationRevenue';
const problem = problemDescriptor('menu-auction')!;
const guide: Guide = { key: 'temperature', standard: 'constant 1', wholeSteps: 2000 };
const linear: TemperatureSchedule = { kind: 'linear', from: 2, to: 0.1, until: 1 };
const collapse: Alert = { ...runRecord.alerts[0]!, id: 'nothing-hard', collapse: true };

/** Seeds 1, 2, ... of one temperature, by their values; null: failed. */
function runs(
  temperature: TemperatureSchedule,
  values: readonly (number | null)[],
  more: Partial<RunRecord> = {},
): RunRecord[] {
  const variant = scheduleText(temperature);
  return values.map((value, i) => ({
    ...runRecord,
    id: `${variant}-${i + 1}`,
    spec: {
      ...runRecord.spec,
      problem: 'menu-auction',
      estimator: 'softmax',
      config: { steps: 300, temperature },
      settings: {},
      seed: i + 1,
    },
    state: value === null ? 'failed' : 'completed',
    metrics: value === null ? {} : { [METRIC]: value, gap: 0.25 },
    variant,
    pairing: { task: 'd'.repeat(16), weights: {} },
    alerts: [],
    ...more,
  }));
}

/** Seeds differ by much, settings by `shift` and next to no noise. */
const seeds = (shift: number, noise: readonly number[] = [0, 0.01, -0.01]) =>
  noise.map((own, i) => 10 * (i + 1) + shift + own);

function softmax(...all: readonly RunRecord[][]) {
  const advice = adviceOn(guide, all.flat(), problem);
  return { advice, ...advice.estimators[0]! };
}

describe('the recommendation', () => {
  it('is a clear winner, beside what there is without the guide and beside the next', () => {
    const one = softmax(
      runs(0.1, seeds(0)),
      runs(0.5, seeds(5, [0.001, 0, 0.002])),
      runs(1, seeds(1, [0, 0.002, 0.001])),
      runs(2, seeds(-2)),
    );
    expect(one).toMatchObject({
      outcome: 'better',
      recommended: 'constant 0.5',
      temperature: 0.5,
      edge: null,
    });
    expect(one.standard).toMatchObject({ variant: 'constant 1', told: true, n: 3 });
    expect(one.standard!.advantage).toBeCloseTo(4, 2);
    expect(one.standard!.low).toBeLessThan(one.standard!.advantage!);
    expect(one.sentence).toMatch(
      /^Softmax relaxation: use constant 0.5: the best of 4 settings\. It is ahead of constant 1, the setting without the guide, by 4\.000? in .*95 % interval .*paired over 3 seeds, Holm-adjusted p < 0\.0001/,
    );
    expect(one.sentence).not.toMatch(/It is ahead of constant 1, which[^.]*cannot tell/);
    expect(one.sentence).toMatch(/Told apart from it and behind: .*constant 2 \(gap 0\.25/);
    expect(one.advice.sentence).toMatch(
      /^Tried over 300 of 2000 steps with 3 seeds: training this short .*on fresh seeds, beside constant 1/,
    );
  });

  it('is the middle of a plateau of constants, before a schedule that leads by less than one standard error', () => {
    const one = softmax(
      runs(0.1, seeds(-3)),
      runs(0.2, seeds(1, [1, -1, 0.5])),
      runs(0.5, seeds(1, [-1, 1, 0.2])),
      runs(1, seeds(1, [0.5, 0.5, -0.5])),
      runs(2, seeds(-4)),
      runs(linear, seeds(1.2, [0, 0.9, -0.3])),
    );
    expect(one).toMatchObject({ recommended: 'constant 0.5', outcome: 'leading', edge: null });
    expect(one.sentence).toMatch(
      /the middle of constant 0.2 to constant 1, which are within one standard error of the best; a constant, because linear 2 to 0.1 leads it by less than one standard error/,
    );
    expect(one.sentence).toMatch(
      /It is (ahead of|behind) constant 1, .*which 3 seeds cannot tell from chance/,
    );
    expect(one.sentence).toMatch(/Not told apart from it: .*linear 2 to 0.1/);
    expect(one.advice.sentence).toMatch(/More seeds tell more apart/);
  });

  it('is a schedule where no constant comes near it', () => {
    const one = softmax(runs(0.1, seeds(0)), runs(1, seeds(1)), runs(linear, seeds(6)));
    expect(one).toMatchObject({ recommended: 'linear 2 to 0.1', temperature: linear, edge: null });
    expect(one.sentence).toMatch(/no constant comes within one standard error of it/);
  });

  it('says that the range should go on where the best lie at one end of it', () => {
    const cold = softmax(runs(0.1, seeds(9)), runs(0.5, seeds(4)), runs(1, seeds(0)));
    expect(cold).toMatchObject({ recommended: 'constant 0.1', edge: 'cold' });
    expect(cold.sentence).toMatch(/cold end of what was tried: the range should extend below 0\.1\.$/);
    const hot = softmax(runs(0.1, seeds(-9)), runs(0.5, seeds(-4)), runs(1, seeds(0)));
    expect(hot).toMatchObject({ recommended: 'constant 1', outcome: 'kept', edge: 'hot', standard: null });
    expect(hot.sentence).toMatch(
      /stay with constant 1.*It is also the setting without the guide.*above 1\.$/,
    );
  });

  it('leaves out what collapsed or failed, however good its mean, and says so', () => {
    const [first, ...others] = runs(2, seeds(50));
    const one = softmax(runs(0.1, [null, 20, 30]), runs(0.5, seeds(2)), runs(1, seeds(1)), [
      first!,
      ...others.map((run) => ({ ...run, alerts: [collapse] })),
    ]);
    expect(one.recommended).toBe('constant 0.5');
    expect(one.sentence).toMatch(
      /Ruled out: constant 2 \(2 of 3 seeds collapsed, gap 0\.25\d*\); constant 0.1 \(1 of 3 seeds failed/,
    );
    expect(one.tried.find(({ variant }) => variant === 'constant 2')).toMatchObject({
      standing: 'out',
      collapsed: 2,
    });
    // Nothing is earned there either, whatever it is called.
    const level = softmax(runs(0.5, [0, 0, 0]), runs(1, [0, 0, 0], { alerts: [collapse] }));
    expect(level).toMatchObject({ outcome: 'none', recommended: null });
    expect(level.sentence).toMatch(/constant 0\.5 \(no better than a collapsed setting, gap 0\.25/);
    // The end of the range is out: it is no edge.
    expect(one.edge).toBeNull();
    const none = softmax(runs(0.5, seeds(2), { alerts: [collapse] }), runs(1, [null, null, null]));
    expect(none).toMatchObject({ outcome: 'none', recommended: null, temperature: null });
    expect(none.sentence).toMatch(
      /^Softmax relaxation: no recommendation\. Every setting that was tried has.*3 of 3 seeds failed/,
    );
  });

  it('says that temperature hardly matters only where every interval is close to the best', () => {
    const close = (shift: number) => [100.1, 100.3, 99.9].map((value) => value + shift);
    const one = softmax(runs(0.1, close(0.2)), runs(0.5, close(0)), runs(1, close(-0.1)));
    expect(one).toMatchObject({ outcome: 'indifferent', recommended: 'constant 1', edge: null });
    expect(one.sentence).toMatch(
      /temperature hardly matters here.*lies within 5 % of it\. Stay with constant 1\.$/,
    );
    const noisy = softmax(runs(0.1, [100, 80, 120]), runs(0.5, [90, 110, 100]), runs(1, [120, 100, 80]));
    expect(noisy.outcome).not.toBe('indifferent');
    expect(noisy.sentence).not.toMatch(/hardly matters/);
  });

  it('waits for the last run, and knows that one seed says nothing of chance', () => {
    const open = softmax(runs(0.5, seeds(1)), runs(1, seeds(0), { state: 'running' }));
    expect(open).toMatchObject({ outcome: 'open', recommended: null });
    expect(open.sentence).toMatch(/3 runs have not ended/);
    const single = softmax(runs(0.5, [2]), runs(1, [1]));
    expect(single).toMatchObject({
      outcome: 'leading',
      recommended: 'constant 0.5',
      standard: { told: false, n: 1 },
    });
    expect(single.sentence).toMatch(/which 1 seed cannot tell from chance/);
    expect(softmax(runs(1, [1]), runs(linear, [2])).sentence).not.toMatch(/standard error/);
  });

  it('is the smallest value where the problem is minimised', () => {
    const toy = problemDescriptor('toy-categorical')!;
    const of = (temperature: number, values: readonly number[]) =>
      runs(temperature, values).map((run) => ({
        ...run,
        spec: { ...run.spec, problem: toy.id },
        metrics: { [toy.selectionMetric]: run.metrics[METRIC]! },
      }));
    expect(toy.direction).toBe('minimize');
    const { estimators } = adviceOn(
      guide,
      [...of(0.5, seeds(-4)), ...of(1, seeds(0)), ...of(2, seeds(3))],
      toy,
    );
    expect(estimators[0]).toMatchObject({ recommended: 'constant 0.5' });
    expect(estimators[0]!.standard!.advantage).toBeCloseTo(4, 1);
    expect(estimators[0]!.standard!.low).toBeLessThanOrEqual(estimators[0]!.standard!.high!);
  });
});
