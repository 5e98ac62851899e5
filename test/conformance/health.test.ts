/** Alerts of real training: they come of the points alone, survive a resumption, and change no number. */
import { describe, expect, it } from 'vitest';
import { menuAuctionPresets } from '../../src/engine/problems/menu-auction/presets.ts';
import { trainMenu } from '../support/auctions/train-menu.ts';
import { record, type Recording } from '../support/recorded-training.ts';
import { toyProblem } from '../support/toy-problem.ts';

/** The toy, whose values lie between 1 and 4 and are all above what it says is its bound. */
const beyond: Recording = {
  problem: {
    ...toyProblem(),
    baselines: [{ name: 'most', label: 'The most', help: '', everySplit: true, bound: true }],
  },
  lines: { most: 1.5 },
};

describe('a run', () => {
  it('raises the same alerts whether it is cut short or not, and a fork of it begins without', async () => {
    const whole = await record(beyond);
    expect(whole.alerts).toMatchObject([{ id: 'above-bound', since: 3, step: 9, clearedAt: null }]);
    for (const checkpointAt of [2, 7, 20]) {
      const before = await record({ ...beyond, checkpointAt });
      const resumed = await record({ ...beyond, resume: before.checkpoints[0] });
      expect(resumed.alerts, `from step ${checkpointAt}`).toEqual(whole.alerts);
      expect(resumed.outcome?.loop.health).toEqual(whole.outcome?.loop.health);
    }
  });

  it('has the same numbers with alerts as without', async () => {
    const [watched, plain] = [await record(beyond), await record()];
    expect(watched.points).toEqual(plain.points);
    expect(plain.alerts).toEqual([]);
  });

  it('that is no longer finite says so before it fails', async () => {
    const { error, alerts } = await record({ explodeAt: 12 });
    expect(error).toMatchObject({ kind: 'numeric' });
    expect(alerts).toMatchObject([{ id: 'not-finite', step: 13, collapse: true }]);
  });
});

describe('the preset that collapses', () => {
  const preset = menuAuctionPresets.find(({ id }) => id === 'collapse');
  // Nothing is sold from step 300 on: three evaluations say so.
  const config = { ...preset?.config, evaluateEvery: 50, steps: 500 };

  it('collapses with softmax, in the order in which it happens, and not with straight-through', async () => {
    const collapsed = await trainMenu(config, 'softmax', { watched: true });
    expect(collapsed.alerts.map(({ id }) => id)).toEqual([
      'above-bound',
      'gap-growing',
      'nothing-hard',
      'dying-options',
    ]);
    expect(collapsed.alerts.every(({ clearedAt }) => clearedAt === null)).toBe(true);
    const healthy = await trainMenu(config, 'st-gumbel-softmax', { watched: true });
    expect(healthy.alerts).toEqual([]);
  });
});
