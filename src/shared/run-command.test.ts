import { describe, expect, it } from 'vitest';
import { readVariant } from './assignments.ts';
import { experimentRequestSchema } from './experiment.ts';
import { commandLine } from './run-command.ts';
import { readSeeds } from './seeds.ts';

const line = (request: object) => commandLine(experimentRequestSchema.parse(request));

describe('the command of a request', () => {
  it('names what was asked for, and nothing else', () => {
    expect(line({})).toBe('gumbel-studio run');
    expect(
      line({
        preset: 'smoke',
        estimators: ['exact', 'softmax'],
        seeds: [7],
        config: { options: 8, split: { test: 0.1 } },
        settings: { reinforce: { samples: 4 } },
        backend: 'wasm',
        sweep: { temperature: [0.5, 1], 'estimators.reinforce.baseline': ['none', 'mean'] },
      }),
    ).toBe(
      'gumbel-studio run --preset smoke --estimator exact,softmax --seeds 7, --backend wasm --set options=8 --set split.test=0.1 --set estimators.reinforce.samples=4 --sweep temperature=0.5,1 --sweep estimators.reinforce.baseline=none,mean',
    );
  });

  it('has seeds that the command line reads as the same ones', () => {
    for (const seeds of [[7], [1, 2, 3], [5, 9], [0, 4, 5, 6]]) {
      const [, text = ''] = /--seeds (\S+)/.exec(line({ seeds })) ?? [];
      expect(readSeeds(text)).toEqual(seeds);
    }
  });

  it('writes variants as the command line reads them', () => {
    const variants = [
      { name: 'ips', config: { learning: 'ips' }, settings: {} },
      { name: 'dr', config: { learning: 'dr', batch: 64 }, settings: { reinforce: { samples: 4 } } },
    ];
    const command = line({ preset: 'smoke', variants });
    expect(command).toBe(
      `gumbel-studio run --preset smoke --variant 'ips:learning="ips"' --variant 'dr:learning="dr",batch=64,estimators.reinforce.samples=4'`,
    );
    const written = [...command.matchAll(/--variant '([^']*)'/g)].map(([, text]) => text ?? '');
    expect(written.map((text) => readVariant(text, ''))).toEqual(variants);
    expect(line({ preset: 'smoke', variants: [] })).toBe('gumbel-studio run --preset smoke --no-variants');
  });

  it('says what the verdict judges', () => {
    expect(line({ verdict: {} })).toBe('gumbel-studio run');
    expect(line({ verdict: { metric: 'entropy', step: null, test: 'wilcoxon', margin: 0.5 } })).toBe(
      'gumbel-studio run --verdict metric=entropy,step=null,test=wilcoxon,margin=0.5',
    );
  });

  it('says how a sweep searches, and what ends it', () => {
    const sweep = {
      temperature: { low: 0.1, high: 2, scale: 'log' },
      options: { low: 2, high: 8, whole: true },
    };
    const search = {
      method: 'sobol',
      trials: 32,
      seed: 3,
      halving: { min: 50, eta: 4 },
      budget: { runs: 40, minutes: 2 },
    };
    expect(line({ sweep, search })).toBe(
      'gumbel-studio run --sweep temperature=0.1..2:log --sweep options=2..8:int --search sobol --trials 32 --search-seed 3 --halving min=50,eta=4 --budget runs=40,minutes=2',
    );
    expect(line({ sweep, search: { halving: {} } })).toMatch(/:int --halving$/);
  });

  it('quotes what a shell would read otherwise', () => {
    expect(line({ name: "it's $(rm -rf ~)" })).toBe("gumbel-studio run --name 'it'\\''s $(rm -rf ~)'");
    expect(line({ config: { valuations: { kind: 'cats', path: 'a b' } } })).toBe(
      `gumbel-studio run --set 'valuations={"kind":"cats","path":"a b"}'`,
    );
  });
});
