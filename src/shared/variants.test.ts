import { describe, expect, it } from 'vitest';
import { experimentRequestSchema } from './experiment.ts';
import { leftOutSentence, variantsOf } from './variants.ts';

const request = (over: object) => experimentRequestSchema.parse({ problem: 'menu-auction', ...over });

describe('a sweep', () => {
  it('is the product of its values, the last key fastest, and leaves the rest of the request alone', () => {
    const asked = request({
      config: { options: 1, valuations: { kind: 'xor', atoms: 2 } },
      settings: { reinforce: { baseline: 'none' } },
      sweep: { options: [8, 16], 'valuations.atoms': [1, 3], 'estimators.reinforce.samples': [4] },
    });
    const made = variantsOf(asked);
    expect(made.map(({ name }) => name)).toEqual([
      'options=8, atoms=1, samples=4',
      'options=8, atoms=3, samples=4',
      'options=16, atoms=1, samples=4',
      'options=16, atoms=3, samples=4',
    ]);
    expect(made[3]!.request).toEqual(
      request({
        config: { options: 16, valuations: { kind: 'xor', atoms: 3 } },
        settings: { reinforce: { baseline: 'none', samples: 4 } },
      }),
    );
    expect(asked.config).toEqual({ options: 1, valuations: { kind: 'xor', atoms: 2 } });
  });

  it('names variants by as much of each key as tells it from the others', () => {
    const sweep = { 'a.from': [1], 'b.from': [2], 'estimators.arms.samples': [3], 'c.b.from': [4] };
    expect(variantsOf(request({ sweep }))[0]?.name).toBe('a.from=1, b.from=2, samples=3, c.b.from=4');
  });

  it('names what is drawn by rounded numbers, and changes exact ones', () => {
    const sweep = { temperature: { low: 0.1, high: 2, scale: 'log' }, options: [8, 16] };
    const made = variantsOf(request({ sweep, search: { trials: 3 } }));
    expect(made).toHaveLength(3);
    for (const { name, request: one } of made) {
      const [, rounded] = /^temperature=([\d.]+), options=(8|16)$/.exec(name ?? '') ?? [];
      const exact = Number(one.config['temperature']);
      expect(Number(rounded)).toBe(Number(exact.toPrecision(4)));
      expect(Number(rounded)).not.toBe(exact);
    }
  });

  it.each([
    [{ options: [8, 8] }, /sweep: options: 8 is given twice/],
    [
      { options: Array.from({ length: 103 }, (_, i) => i), batch: [1, 2, 3, 4, 5] },
      /sweep: 515 variants, but at most 512/,
    ],
    // Counted, never made: their product has 10^10 members.
    [
      Object.fromEntries('abcdefghij'.split('').map((key) => [key, Array.from({ length: 10 }, (_, i) => i)])),
      /10000000000 variants/,
    ],
    [{ 'a..b': [1] }, /expected the key of a config/],
    [{ '__proto__.x': [1] }, /expected the key of a config/],
    [{ 'estimators.reinforce': [1] }, /expected estimators\.<estimator>\.<setting>/],
    [{ objective: [`expr:${'k'.repeat(190)}`, 'expr:k'] }, /name of this variant would be too long/],
  ])('%j is refused in words', (sweep, message) => {
    expect(() => variantsOf(request({ sweep }))).toThrow(message);
  });
});

describe('variants', () => {
  const variants = [
    { name: 'ips', config: { learning: 'ips' } },
    { name: 'dr', config: { batch: 64 }, settings: { reinforce: { samples: 2 } } },
  ];

  it('are the request with what each changes', () => {
    const made = variantsOf(request({ config: { batch: 8 }, variants }));
    expect(made.map(({ name, path }) => [name, path])).toEqual([
      ['ips', 'variants.0'],
      ['dr', 'variants.1'],
    ]);
    expect(made.map(({ request: one }) => one)).toEqual([
      request({ config: { batch: 8, learning: 'ips' } }),
      request({ config: { batch: 64 }, settings: { reinforce: { samples: 2 } } }),
    ]);
  });

  it('are swept one by one', () => {
    const made = variantsOf(request({ variants, sweep: { options: [2, 4] } }));
    expect(made.map(({ name }) => name)).toEqual([
      'ips, options=2',
      'ips, options=4',
      'dr, options=2',
      'dr, options=4',
    ]);
    expect(made[3]!.request.config).toEqual({ batch: 64, options: 4 });
  });

  it('are those of the preset where the request has none of its own, and none where it says so', () => {
    const brought = [{ name: 'a', config: { batch: 1 }, settings: {} }];
    expect(variantsOf(request({}), brought)).toMatchObject([
      { name: 'a', request: { config: { batch: 1 } } },
    ]);
    expect(variantsOf(request({ variants: [] }), brought)).toMatchObject([{ name: null, path: '' }]);
    expect(variantsOf(request({ variants }), brought)).toHaveLength(2);
  });

  it('is one without a name where there are none: the request itself', () => {
    expect(variantsOf(request({}))).toMatchObject([{ name: null, request: request({}) }]);
  });

  it.each([
    [[{ name: 'a' }, { name: 'a' }], ['variants', 1, 'name'], /two variants are called "a"/],
    [[{ name: '' }], ['variants', 0, 'name'], /./],
    [[{ name: 'a:b=1' }], ['variants', 0, 'name'], /must not contain ":key="/],
    [[{ name: 'a', colour: 1 }], ['variants', 0], /colour/],
    [Array.from({ length: 513 }, (_, i) => ({ name: `${i}` })), ['variants'], /at most 512 variants/],
  ])('%j is refused where it is wrong', (wrong, path, message) => {
    const { error } = experimentRequestSchema.safeParse({ variants: wrong });
    expect(error?.issues).toMatchObject([{ path }]);
    expect(error?.issues[0]?.message).toMatch(message);
  });
});

it('what is left out is one sentence, variants without the same estimators together', () => {
  const variant = (name: string, ...leftOut: string[]) => ({ name, leftOut });
  expect(leftOutSentence([variant('a'), variant('b')])).toBeUndefined();
  expect(
    leftOutSentence([variant('a', 'x', 'y'), variant('b', 'z'), variant('c', 'x', 'y'), variant('d')]),
  ).toMatch(/: a and c have no runs with x, y; b has no runs with z\.$/);
});
