import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.ts';
import { experimentRequestSchema } from '../shared/experiment.ts';
import { forkedRequest, resolveExperiment } from './catalog.ts';

const [original] = resolveExperiment(
  experimentRequestSchema.parse({
    preset: 'smoke',
    config: { steps: 500, temperature: { kind: 'linear', from: 0.5, to: 0.1 } },
    estimators: ['reinforce'],
    settings: { reinforce: { samples: 3 } },
    seeds: [7],
  }),
  (path) => path,
).runs;
const parent = { id: 'p-00', spec: { ...original!, backend: 'wasm' as const }, step: 400 };

const fork = (request: object, from = parent) =>
  forkedRequest(experimentRequestSchema.parse({ from: 'p-00', ...request }), from);

/** Paths of the fields that are refused. */
function refused(request: object, from = parent): readonly string[] {
  try {
    fork(request, from);
  } catch (error) {
    if (error instanceof AppError && error.kind === 'validation') return error.issues.map(({ path }) => path);
    throw error;
  }
  return [];
}

describe('the request of a fork', () => {
  it('that changes nothing is the run itself', () => {
    const { runs } = resolveExperiment(fork({}), (path) => path);
    expect(runs).toEqual([original]);
  });

  it('may name its problem as its parent does, or as earlier versions did', () => {
    const [run] = resolveExperiment(
      experimentRequestSchema.parse({ problem: 'toy-gaussian', preset: 'gaussian-smoke' }),
      (path) => path,
    ).runs;
    expect(run!.problem).toBe('toy-continuous');
    const reals = { id: 'p-00', spec: { ...run!, backend: 'wasm' as const }, step: 50 };
    for (const problem of ['toy-gaussian', 'toy-continuous']) {
      expect(fork({ problem, config: { steps: 200 } }, reals).problem).toBe('toy-continuous');
    }
    expect(refused({ problem: 'toy-bernoulli' }, reals)).toEqual(['problem']);
  });

  it.each([
    ['two-tower', { learning: { kind: 'regression' } }, ['config.learning.kind']],
    ['two-tower', { learning: { kind: 'snips' } }, []],
    ['two-tower', { learning: { kind: 'ips', clip: 5 } }, []],
  ])('%s: %j after a policy that was learned by weights', (problem, config, expected) => {
    const [run] = resolveExperiment(
      experimentRequestSchema.parse({
        problem,
        config: { steps: 500, learning: { kind: 'ips' } },
        estimators: ['gradient'],
      }),
      (path) => path,
    ).runs;
    const towers = { id: 'p-00', spec: { ...run!, backend: 'wasm' as const }, step: 50 };
    expect(refused({ problem, config }, towers)).toEqual(expected);
  });

  it('changes what it names, nested keys one by one, and keeps the rest', () => {
    const { config, runs } = resolveExperiment(
      fork({
        config: { steps: 900, temperature: { to: 0.2 } },
        estimators: ['softmax', 'reinforce'],
        settings: { reinforce: { baseline: 'none' } },
        name: 'Two ways on',
      }),
      (path) => path,
    );
    expect(config).toEqual({
      ...original!.config,
      steps: 900,
      temperature: { kind: 'linear', from: 0.5, to: 0.2, until: 1 },
    });
    expect(runs.map(({ estimator, seed }) => [estimator, seed])).toEqual([
      ['softmax', 7],
      ['reinforce', 7],
    ]);
    expect(runs[1]?.settings).toMatchObject({ samples: 3, baseline: 'none' });
  });

  it.each([
    [
      'problem and data',
      { config: { options: 5, valuations: { bidders: 10 }, batch: 8 } },
      ['config.valuations', 'config.options'],
    ],
    ['another problem', { problem: 'toy-categorical' }, ['problem']],
    ['a preset', { preset: 'smoke' }, ['preset']],
    ['another seed', { seeds: [8] }, ['seeds']],
    ['more seeds', { seeds: [7, 8] }, ['seeds']],
    ['no step to go', { config: { steps: 400 } }, ['config.steps']],
    ['restarts', { config: { restarts: 2 } }, ['config.restarts']],
  ])('cannot have %s', (_, request, paths) => {
    expect([...refused(request)].sort()).toEqual(paths.toSorted());
  });

  it('may have the problem and the seed that its parent has', () => {
    expect(refused({ problem: 'menu-auction', seeds: [7] })).toEqual([]);
  });

  it('of a run with restarts keeps them and the steps, or has none', () => {
    const config = { ...parent.spec.config, restarts: 2, steps: 300 };
    const restarted = { ...parent, spec: { ...parent.spec, config } };
    expect(refused({}, restarted)).toEqual([]);
    expect(refused({ config: { restarts: 1, steps: 500 } }, restarted)).toEqual([]);
    expect(refused({ config: { steps: 500 } }, restarted)).toEqual(['config.restarts']);
    expect(refused({ config: { restarts: 1 } }, restarted)).toEqual(['config.steps']);
  });
});

describe('a fork of two towers', () => {
  const [run] = resolveExperiment(
    experimentRequestSchema.parse({ problem: 'two-tower', config: { steps: 100 }, estimators: ['gradient'] }),
    (path) => path,
  ).runs;
  const policy = { id: 'p-00', spec: { ...run!, backend: 'wasm' as const }, step: 50 };

  it('goes on with another method that learns a policy', () => {
    const { config } = fork({ config: { learning: { kind: 'snips' } } }, policy);
    expect(config).toMatchObject({ learning: { kind: 'snips' } });
  });

  it('does not become a regression, whose intercept its parent has not learned', () => {
    const regression = { config: { learning: { kind: 'regression' } } };
    expect(refused(regression, policy)).toEqual(['config.learning.kind']);
    expect(() => fork(regression, policy)).toThrow(
      "config.learning.kind: expected a method that learns a policy, like the parent's ips, found regression, whose scores are predictions; start a run of regression instead",
    );
  });
});
