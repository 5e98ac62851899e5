import { expect, it } from 'vitest';
import { opeCommand } from './ope-command.ts';
import { OPE_DEFAULTS } from './ope.ts';

const uniform = { policy: { kind: 'uniform' as const }, settings: OPE_DEFAULTS };

it.each([
  [uniform, { kind: 'open-bandit', path: 'sample:men-random' }, '--log sample:men-random --policy uniform'],
  [
    uniform,
    { kind: 'open-bandit', path: '/data/men.csv', affinities: false },
    '--log /data/men.csv --set data.kind=open-bandit --set data.affinities=false --policy uniform',
  ],
  [uniform, { kind: 'obp-synthetic', beta: 2 }, '--log obp-synthetic --set data.beta=2 --policy uniform'],
  [
    { ...uniform, policy: { kind: 'file' as const, path: '/my files/p.csv' } },
    { kind: 'csv', path: '/log.csv', itemColumn: "it's" },
    `--log /log.csv --set 'data.itemColumn="it'\\''s"' --policy '/my files/p.csv'`,
  ],
  [{ ...uniform, policy: { kind: 'run' as const, run: 'abc-01' } }, null, '--policy run:abc-01'],
  [
    {
      ...uniform,
      settings: {
        estimators: ['ipw' as const, 'dros' as const],
        lambdas: { ipw: 5, dros: null },
        chooseLambda: 'slope' as const,
        folds: 3,
        rewardRange: [-1, 2] as [number, number],
        estimatePropensities: true,
        resamples: 0,
        seed: 4,
      },
    },
    { kind: 'csv', path: 'log.csv' },
    '--log log.csv --policy uniform --estimators ipw,dros --lambda ipw=5 --lambda dros=inf --choose-lambda slope --folds 3 --reward-range -1,2 --estimate-propensities --resamples 0 --seed 4',
  ],
])('%j', (request, data, command) => {
  expect(opeCommand(request, data)).toBe(`gumbel-studio ope ${command}`);
});
