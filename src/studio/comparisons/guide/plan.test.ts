import { describe, expect, it } from 'vitest';
import { experimentRequestSchema, type ExperimentRequest } from '../../../shared/experiment.ts';
import { guideWithin, temperatureGuide } from './plan.ts';

const request = (given: object): ExperimentRequest => experimentRequestSchema.parse(given);
const toy = request({
  problem: 'toy-categorical',
  estimators: ['softmax', 'reinforce', 'st-gumbel-softmax'],
  config: { steps: 2000, evaluateEvery: 100, temperature: 1 },
});

const namesOf = ({ variants }: ExperimentRequest) => variants?.map(({ name }) => name);

describe('the runs of a guide', () => {
  it('are short, of three seeds, of the estimators that read the temperature, around the one that there is', () => {
    const made = temperatureGuide(toy);
    expect(made).toMatchObject({
      problem: 'toy-categorical',
      estimators: ['softmax', 'st-gumbel-softmax'],
      seeds: [1, 2, 3],
      config: { steps: 400 },
      guide: { key: 'temperature', standard: 'constant 1', wholeSteps: 2000 },
    });
    expect(namesOf(made)).toEqual([
      ...['constant 0.1', 'constant 0.2', 'constant 0.5', 'constant 1', 'constant 2'],
      ...['exponential 2 to 0.1', 'linear 2 to 0.1', 'adaptive 2 to 0.1'],
    ]);
    expect(experimentRequestSchema.parse(made)).toEqual(made);
  });

  it('have the schedule that there is among them, and go as far down as it does', () => {
    const temperature = { kind: 'exponential', from: 1, to: 0.01, until: 0.5 };
    const made = temperatureGuide({ ...toy, config: { ...toy.config, temperature } });
    expect(made.guide?.standard).toBe('exponential 1 to 0.01');
    expect(namesOf(made)).toContain('constant 0.01');
    expect(made.variants?.find(({ name }) => name === made.guide?.standard)?.config).toEqual({ temperature });
  });

  it('count settings of estimators: ReinMax reads the temperature where it is told to', () => {
    const reinmax = { ...toy, estimators: ['reinmax'] };
    expect(() => temperatureGuide(reinmax)).toThrow(
      /^estimators: reinmax uses no temperature.*choose among .*gumbel-softmax/,
    );
    const told = { ...reinmax, settings: { reinmax: { temperature: 'schedule' } } };
    expect(temperatureGuide(told).estimators).toEqual(['reinmax']);
    const continuous = request({ problem: 'toy-continuous' });
    expect(() => temperatureGuide(continuous)).toThrow(/no estimator of such a choice does/);
  });

  it('are no longer than what they are for, and begin at step 0', () => {
    expect(temperatureGuide(toy, 2000).config['steps']).toBe(2000);
    expect(() => temperatureGuide(toy, 2001)).toThrow(/^steps: 2001 of 2000/);
    expect(() => temperatureGuide({ ...toy, from: 'k3f9x2ab-03' })).toThrow(
      /^from: a guide begins at step 0/,
    );
  });

  it('take as many steps as there is time for', async () => {
    const took = (seconds: number) => () => Promise.resolve({ seconds });
    expect((await guideWithin(toy, 1, took(120))).config['steps']).toBe(200);
    expect((await guideWithin(toy, 1, took(1))).config['steps']).toBe(2000);
    await expect(guideWithin(toy, 1, took(6000))).rejects.toThrow(
      /^minutes: 1 minute has room for 4 steps of each of 48 runs, too few to learn anything from; allow about 5, /,
    );
  });
});
