import { describe, expect, it } from 'vitest';
import { experimentRequestSchema } from '../shared/experiment.ts';
import { problems } from './problems/registry.ts';
import {
  choiceOf,
  contentIssues,
  experimentIssues,
  listEstimators,
  listProblems,
  requestVariants,
  resolveExperiment,
} from './catalog.ts';

const resolve = (request: unknown) =>
  resolveExperiment(experimentRequestSchema.parse(request), (path) => `/abs/${path}`);

describe('requests become complete run specs', () => {
  it('defaults alone are a run', () => {
    const { runs, problem, preset, steps, config } = resolve({});
    expect([problem, preset, runs.length]).toEqual(['menu-auction', null, 1]);
    expect(steps).toBe(config['steps']);
    expect(runs[0]).toMatchObject({ estimator: 'st-gumbel-softmax', seed: 1, config });
  });

  it('every estimator meets every seed, with the same config and complete settings', () => {
    const { runs } = resolve({
      estimators: ['softmax', 'reinforce'],
      seeds: [4, 2],
      settings: { reinforce: { samples: 3 } },
    });
    expect(runs.map(({ estimator, seed }) => [estimator, seed])).toEqual([
      ['softmax', 4],
      ['softmax', 2],
      ['reinforce', 4],
      ['reinforce', 2],
    ]);
    expect(new Set(runs.map(({ config }) => config)).size).toBe(1);
    expect(runs[2]?.settings).toMatchObject({ samples: 3, baseline: expect.any(String) as unknown });
  });

  it('a preset brings config, estimators and seeds; what is asked for wins, nested keys one by one', () => {
    const { preset, config, runs } = resolve({
      preset: 'smoke',
      config: { steps: 7, valuations: { bidders: 500 } },
      seeds: [9],
    });
    expect(preset).toBe('smoke');
    expect(config).toMatchObject({ steps: 7, options: 16, valuations: { kind: 'additive', bidders: 500 } });
    expect(new Set(runs.map(({ seed }) => seed))).toEqual(new Set([9]));
  });

  it('diagnostics name further estimators, with complete settings; comparison stands for those of the comparison', () => {
    const estimators = (given: unknown, more: object = {}) =>
      (
        resolve({ ...more, problem: 'toy-bernoulli', config: { diagnostics: { estimators: given } } }).config[
          'diagnostics'
        ] as { estimators: { id: string; settings: object }[] }
      ).estimators;
    const comparison = { estimators: ['softmax', 'reinforce'], settings: { reinforce: { samples: 3 } } };
    expect(estimators('comparison', comparison)).toEqual([
      { id: 'softmax', settings: {} },
      { id: 'reinforce', settings: expect.objectContaining({ samples: 3, hidden: 16 }) as object },
    ]);
    const own = [{ id: 'reinforce', settings: { samples: 5 } }, 'comparison', 'arm'];
    expect(estimators(own, comparison).map(({ id }) => id)).toEqual(['reinforce', 'arm', 'softmax']);
    expect(estimators(own, comparison)[0]?.settings).toMatchObject({ samples: 5 });
    expect(estimators('arm, disarm').map(({ id }) => id)).toEqual(['arm', 'disarm']);
    expect(estimators('')).toEqual([]);
    expect(resolve({ problem: 'toy-bernoulli' }).config['diagnostics']).toBeNull();
  });

  it.each([
    ['armm', /diagnostics.estimators: .*did you mean "arm"/],
    ['arm, arm', /diagnostics.estimators: arm is given twice/],
    ['reparam', /reparam takes continuous choices, but this choice is bernoulli/],
    [[{ id: 'arms', settings: { samples: 1 } }], /diagnostics.estimators: .*samples/],
    [[{ id: 'arms', samples: 1 }], /diagnostics.estimators/],
    [7, /diagnostics.estimators/],
  ])('diagnostics refuse the further estimators %j', (given, message) => {
    const request = { problem: 'toy-bernoulli', config: { diagnostics: { estimators: given } } };
    expect(() => resolve(request)).toThrow(message);
    const [issue] = experimentIssues(experimentRequestSchema.parse(request));
    expect(issue?.path).toMatch(/^config\.diagnostics\.estimators/);
  });

  it('another kind of valuations replaces the preset object, whose keys belong to the old kind', () => {
    const { config } = resolve({
      preset: 'cats-50',
      config: { valuations: { kind: 'unit-demand' }, items: 3 },
    });
    expect(config['valuations']).not.toHaveProperty('path');
  });

  it("a user's path is made absolute, a sample's name is not a path", () => {
    const path = (value: string) =>
      (
        resolve({ config: { valuations: { kind: 'cats', path: value } } }).config['valuations'] as {
          path: string;
        }
      ).path;
    expect(path('bids/a.txt')).toBe('/abs/bids/a.txt');
    expect(resolve({ preset: 'demo' }).config['valuations']).toMatchObject({
      path: '/abs/sample:arbitrary-upv-50',
    });
  });

  it.each([
    ['menu-auction', 'reparam', 'categorical', 'softmax', 'soft-dp'],
    ['menu-auction', 'soft-dp', 'categorical', 'softmax', 'reparam'],
    ['toy-categorical', 'soft-dp', 'categorical', 'exact', 'reparam'],
    ['toy-continuous', 'softmax', 'continuous', 'reparam', 'exact'],
    ['toy-bernoulli', 'reparam', 'bernoulli', 'soft-dp', 'reparam'],
  ])('%s refuses %s, and names those for %s choices', (problem, estimator, choice, fitting, unfitting) => {
    const refusal = (): unknown => resolve({ problem, estimators: [estimator] });
    expect(refusal).toThrow(
      new RegExp(
        `^estimators: ${estimator} takes [\\w ]+ choices, but this choice is ${choice}; choose among `,
      ),
    );
    expect(refusal).toThrow(new RegExp(`among .*\\b${fitting}\\b`));
    expect(refusal).not.toThrow(new RegExp(`among .*\\b${unfitting}\\b`));
  });

  it('restarts count as steps of the run', () => {
    expect(resolve({ config: { steps: 10, restarts: 3 } }).steps).toBe(30);
  });

  it('__proto__ and constructor from a config file change no prototype', () => {
    const request: unknown = JSON.parse('{"config": {"__proto__": {"polluted": 1}}}');
    expect(resolve(request).config).toEqual(resolve({}).config);
    expect(() => resolve({ config: { constructor: { prototype: { polluted: 1 } } } })).toThrow(/constructor/);
    expect({}).not.toHaveProperty('polluted');
  });
});

it('lists every problem once, that of a request without one first', () => {
  const ids = listProblems().map(({ id }) => id);
  expect(ids[0]).toBe(resolve({}).problem);
  expect(ids.toSorted()).toEqual(problems.map(({ id }) => id));
});

it('descriptors are plain data that survive a channel', () => {
  const data = { problems: listProblems(), estimators: listEstimators() };
  expect(structuredClone(data)).toEqual(data);
  for (const problem of data.problems) {
    const names = problem.metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([problem.selectionMetric, 'seconds', 'evaluations']));
    for (const { estimators } of problem.presets) {
      expect(data.estimators.map(({ id }) => id)).toEqual(expect.arrayContaining([...estimators]));
    }
  }
});

it('a preset alone names one problem: the default one has each that several problems have', () => {
  for (const { id: problem, presets } of listProblems()) {
    for (const { id } of presets) {
      const owners = listProblems().filter((other) => other.presets.some((one) => one.id === id));
      const [first] = requestVariants(experimentRequestSchema.parse({ preset: id }));
      const found = resolveExperiment(first!.request, (path) => path).problem;
      expect([id, found]).toEqual([id, owners.length > 1 ? 'menu-auction' : problem]);
    }
  }
});

describe('what is wrong with a formula', () => {
  const issues = (problem: string, config: object) =>
    contentIssues(resolveExperiment(experimentRequestSchema.parse({ problem, config }), (path) => path));

  it.each([
    ['toy-categorical', { objective: 'expr:cos(k)' }],
    ['toy-bernoulli', { objective: 'table:0,1', bits: 1 }],
    // Too many values to go through as somebody types: loading them says it.
    ['toy-categorical', { objective: 'expr:1 / (k - 4999) + sum(z)', classes: 5000 }],
    ['menu-auction', {}],
  ])('%s %j: nothing', async (problem, config) => {
    expect(await issues(problem, config)).toEqual([]);
  });

  it.each([
    ['toy-categorical', { objective: 'expr:foo(k)' }, /calls "foo", which is not on the list/],
    ['toy-categorical', { objective: 'expr:1/k' }, /f is Infinity at k = 0/],
    ['toy-categorical', { objective: 'table:1,2', classes: 3 }, /a choice of 3 values needs 3/],
    [
      'toy-bernoulli',
      { objective: 'expr:k', bits: 2 },
      /k is the index of one choice, but there are 2 bits here/,
    ],
    [
      'toy-bernoulli',
      { initialLogits: [0, 0] },
      /initialLogits: expected 1 number, one per trained logit, found 2/,
    ],
  ])('%s %j is told at its field', async (problem, config, message) => {
    const found = await issues(problem, config);
    expect(found.map(({ path }) => path)).toEqual([`config.${Object.keys(config)[0]!}`]);
    expect(found[0]?.message).toMatch(message);
  });
});

describe('what is wrong with a request', () => {
  const paths = (request: unknown) =>
    experimentIssues(experimentRequestSchema.parse(request)).map(({ path }) => path);

  it('is nothing for a right one', () => {
    expect(paths({})).toEqual([]);
    expect(paths({ preset: 'smoke', settings: {}, seeds: [1, 2] })).toEqual([]);
  });

  it('is told all at once, each with the path of its field in the request', () => {
    expect(
      paths({
        config: { options: 0, optoins: 3, split: { test: 2 }, valuations: { kind: 'xor', atoms: 'many' } },
        estimators: ['reinforce', 'nobody', 'reinforce'],
        settings: { reinforce: { samples: -1 }, exact: {} },
        seeds: [1, 1],
      }).sort(),
    ).toEqual([
      'config.options',
      'config.optoins',
      'config.split.test',
      'config.valuations.atoms',
      'estimators',
      'estimators',
      'seeds',
      'settings.exact',
      'settings.reinforce.samples',
    ]);
  });

  it('is each estimator that does not support the choice of the problem', () => {
    expect(paths({ problem: 'menu-auction', estimators: ['reparam', 'softmax', 'soft-dp'] })).toEqual([
      'estimators',
      'estimators',
    ]);
  });

  it('is the problem or preset alone where that does not exist', () => {
    expect(paths({ problem: 'nothing', config: { options: 0 } })).toEqual(['problem']);
    expect(paths({ preset: 'nothing' })).toEqual(['preset']);
  });
});

describe('what the choice of a request is', () => {
  const choice = (request: unknown) => choiceOf(experimentRequestSchema.parse(request));

  it.each(problems)('$id: that of its config, as its descriptor says of the defaults', ({ id }) => {
    expect(choice({ problem: id })).toEqual(listProblems().find((problem) => problem.id === id)?.choice);
  });

  it('is not known of a config that is wrong, and does not depend on the estimators', () => {
    expect(choice({ problem: 'menu-auction', config: { options: 0 } })).toBeNull();
    expect(choice({ problem: 'nothing' })).toBeNull();
    expect(choice({ problem: 'toy-bernoulli', estimators: ['nobody'] })).toEqual({ kind: 'bernoulli' });
  });
});
