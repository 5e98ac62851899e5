/** Presets and variants as requests of their own. */
import { describe, expect, it } from 'vitest';
import { experimentRequestSchema } from '../shared/experiment.ts';
import { requestVariants, resolveExperiment } from './experiment.ts';
import { problems } from './problems/registry.ts';

const resolve = (request: unknown) =>
  resolveExperiment(experimentRequestSchema.parse(request), (path) => `/abs/${path}`);

it('every preset is complete experiments, one for each of its variants', () => {
  for (const { id: problem, presets } of problems) {
    for (const { id: preset, variants } of presets) {
      const made = requestVariants(experimentRequestSchema.parse({ problem, preset }));
      expect(made).toHaveLength(Math.max(1, variants?.length ?? 0));
      for (const { request } of made) expect(() => resolve(request)).not.toThrow();
    }
  }
});

it('a request without variants of its own has those of its preset', () => {
  const [first] = problems;
  const preset = {
    ...first!.presets[0]!,
    id: 'with-variants',
    variants: [{ name: 'a', config: {}, settings: {} }],
  };
  (first!.presets as (typeof preset)[]).push(preset);
  try {
    const asked = { problem: first!.id, preset: preset.id };
    expect(requestVariants(experimentRequestSchema.parse(asked))).toMatchObject([
      { name: 'a', path: 'preset' },
    ]);
    expect(requestVariants(experimentRequestSchema.parse({ ...asked, variants: [] }))).toMatchObject([
      { name: null },
    ]);
  } finally {
    (first!.presets as (typeof preset)[]).pop();
  }
});

it('a key of a part whose kind nobody gives is of the default kind', () => {
  const { config } = resolve({ problem: 'two-tower', config: { data: { rounds: 200 } } });
  const plain = resolve({ problem: 'two-tower', config: {} }).config;
  expect(config['data']).toEqual({ ...(plain['data'] as object), rounds: 200 });
  expect(() => resolve({ problem: 'two-tower', config: { data: { kind: 'csv', rounds: 200 } } })).toThrow(
    /data/,
  );
});

describe('variants whose choices differ', () => {
  const asked = (request: object) =>
    experimentRequestSchema.parse({
      problem: 'vq-vae',
      variants: [
        { name: 'copied', config: { quantiser: { kind: 'nearest' } } },
        { name: 'drawn', config: { quantiser: { kind: 'stochastic' } } },
      ],
      ...request,
    });
  const estimatorsOf = (request: object) =>
    requestVariants(asked(request)).map((variant) => ({
      estimators: [...new Set(resolve(variant.request).runs.map(({ estimator }) => estimator))],
      leftOut: variant.leftOut,
    }));

  it('share one list of estimators: each has those that can take its choice, and says which it leaves out', () => {
    const settings = { reinforce: { samples: 3 } };
    expect(estimatorsOf({ estimators: ['reinforce', 'gradient', 'gumbel-softmax'], settings })).toEqual([
      { estimators: ['gradient'], leftOut: ['reinforce', 'gumbel-softmax'] },
      { estimators: ['reinforce', 'gumbel-softmax'], leftOut: ['gradient'] },
    ]);
  });

  it('have the estimators of their own kinds where none are named', () => {
    expect(estimatorsOf({})).toEqual([
      { estimators: ['gradient'], leftOut: [] },
      { estimators: ['st-gumbel-softmax'], leftOut: [] },
    ]);
  });

  it('of a sweep are no different', () => {
    const sweep = { 'quantiser.kind': ['nearest', 'stochastic'] };
    expect(estimatorsOf({ variants: [], sweep, estimators: ['gradient', 'reinforce'] })).toEqual([
      { estimators: ['gradient'], leftOut: ['reinforce'] },
      { estimators: ['reinforce'], leftOut: ['gradient'] },
    ]);
  });

  it.each([
    [
      'an estimator that fits no variant',
      ['gradient', 'reinforce', 'arm', 'reparam'],
      /reparam takes continuous choices/,
    ],
    [
      'a variant that no estimator fits',
      ['reinforce'],
      /reinforce takes .*, but this problem has none; choose among gradient/,
    ],
    ['an estimator that does not exist', ['gradient', 'reinforce', 'armm'], /did you mean "arm"/],
  ])('are refused: %s', (_what, estimators, message) => {
    expect(() => requestVariants(asked({ estimators })).map(({ request }) => resolve(request))).toThrow(
      message,
    );
  });

  it('one experiment alone leaves nothing out', () => {
    const one = { problem: 'vq-vae', estimators: ['gradient', 'reinforce'] };
    expect(() => resolve(one)).toThrow(/reinforce takes .*, but this problem has none/);
  });
});

describe('a preset', () => {
  const asked = (problem: string, name: string) => experimentRequestSchema.parse({ problem, preset: name });
  const preset = (request: object) =>
    resolveExperiment(experimentRequestSchema.parse(request), (path) => path).preset;

  it('is named whole, or, beside its problem, by what follows the problem in its name', () => {
    expect(preset({ preset: 'vq-vae-smoke' })).toBe('vq-vae-smoke');
    expect(preset({ problem: 'vq-vae', preset: 'smoke' })).toBe('vq-vae-smoke');
    expect(preset({ problem: 'bundle-flow', preset: 'smoke' })).toBe('flow-smoke');
    expect(preset({ preset: 'smoke' })).toBe('smoke');
    expect(requestVariants(asked('two-tower', 'smoke')).map(({ name }) => name)).toEqual(
      requestVariants(asked('two-tower', 'two-tower-smoke')).map(({ name }) => name),
    );
    expect(() => preset({ preset: 'smaller' })).toThrow(/preset "smaller" does not exist/);
    expect(() => preset({ problem: 'vq-vae', preset: 'demo' })).toThrow(/preset "demo" does not exist/);
  });
});
