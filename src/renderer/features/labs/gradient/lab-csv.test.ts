import { expect, it } from 'vitest';
import type { GradientResult, SweepResult } from '../../../../shared/gradient.ts';
import type { LabCase } from './gradient-lab.svelte.ts';
import { labCsv } from './lab-csv.ts';

const of: LabCase = {
  ...({ distribution: 'categorical', logits: [0.5, -0.3], objective: 'table:1,"2"' } as const),
  ...{ temperature: 0.5, samples: 10, warmUp: 5, seed: 1 },
};
const figures = { bias: { value: 1, low: 0, high: 2 }, variance: null, mse: null, cosine: null };
const result: GradientResult = {
  kind: 'gradient',
  estimator: 'rebar',
  samples: 10,
  evaluationsPerSample: 2,
  warmedUp: { steps: 5, learned: { eta: 0.9 } },
  coordinates: [
    { exact: 0.5, mean: 0.4, standardError: 0.1, variance: 0.1, trusted: true },
    { exact: null, mean: 1, standardError: 0, variance: 0, trusted: false },
  ],
  unseen: { values: 1, of: 2, probability: 0.001 },
  doubts: ['one was never drawn'],
  figures,
  histograms: [],
};
const sweep: SweepResult = {
  kind: 'sweep',
  estimator: 'rebar',
  over: 'eta',
  points: [
    {
      ...{ at: 0.2, samples: 7, evaluationsPerSample: 2, warmedUp: { steps: 0, learned: {} } },
      ...{ figures: { ...figures, bias: { value: 1, low: null, high: null } }, unseen: null, doubts: [] },
    },
  ],
};

it('has one row per logit and one per point of the sweep, and leaves out what is not known', () => {
  const lines = labCsv(of, [{ estimator: 'rebar', settings: { rate: 1 } }], [result], [sweep]).split('\n');
  expect(lines).toEqual([
    'distribution,logits,objective,temperature,seed,estimator,settings,warm_up_steps,learned,sweep,at,samples,' +
      'evaluations_per_sample,logit,exact,mean,standard_error,standard_error_trusted,variance,unseen_probability,doubts,all_bias,all_bias_low,all_bias_high,' +
      'all_variance,all_variance_low,all_variance_high,all_mse,all_mse_low,all_mse_high,all_cosine,all_cosine_low,all_cosine_high',
    'categorical,0.5 -0.3,"table:1,""2""",0.5,1,rebar,"{""rate"":1}",5,"{""eta"":0.9}",,,10,2,0,0.5,0.4,0.1,true,0.1,0.001,one was never drawn,1,0,2,,,,,,,,,',
    'categorical,0.5 -0.3,"table:1,""2""",0.5,1,rebar,"{""rate"":1}",5,"{""eta"":0.9}",,,10,2,1,,1,0,false,0,0.001,one was never drawn,1,0,2,,,,,,,,,',
    'categorical,0.5 -0.3,"table:1,""2""",0.5,1,rebar,"{""rate"":1}",0,,eta,0.2,7,2,,,,,,,,,1,,,,,,,,,,,',
    '',
  ]);
});
