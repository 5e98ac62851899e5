import { expect, it } from 'vitest';
import { experimentRequestSchema } from './experiment.ts';
import { combinationsOf } from './sweep.ts';

const request = (over: object) => experimentRequestSchema.parse({ problem: 'menu-auction', ...over });

it('is the product of its values, the last key fastest, and leaves the rest of the request alone', () => {
  const asked = request({
    config: { options: 1, valuations: { kind: 'xor', atoms: 2 } },
    settings: { reinforce: { baseline: 'none' } },
    sweep: { options: [8, 16], 'valuations.atoms': [1, 3], 'estimators.reinforce.samples': [4] },
  });
  const made = combinationsOf(asked);
  expect(made.map(({ label }) => label)).toEqual([
    'options=8, valuations.atoms=1, estimators.reinforce.samples=4',
    'options=8, valuations.atoms=3, estimators.reinforce.samples=4',
    'options=16, valuations.atoms=1, estimators.reinforce.samples=4',
    'options=16, valuations.atoms=3, estimators.reinforce.samples=4',
  ]);
  expect(made[3]!.request).toEqual(
    request({
      config: { options: 16, valuations: { kind: 'xor', atoms: 3 } },
      settings: { reinforce: { baseline: 'none', samples: 4 } },
    }),
  );
  expect(asked.config).toEqual({ options: 1, valuations: { kind: 'xor', atoms: 2 } });
});

it('is the request itself where there is none', () => {
  expect(combinationsOf(request({}))).toEqual([{ label: '', request: request({}) }]);
});

it.each([
  [{ options: [8, 8] }, /options: 8 is given twice/],
  [
    { options: Array.from({ length: 13 }, (_, i) => i), batch: [1, 2, 3, 4, 5] },
    /65 combinations; 64 at most/,
  ],
  // Counted, never made: their product has 10^10 members.
  [
    Object.fromEntries('abcdefghij'.split('').map((key) => [key, Array.from({ length: 10 }, (_, i) => i)])),
    /10000000000 combinations/,
  ],
  [{ 'a..b': [1] }, /expected the key of a config/],
  [{ '__proto__.x': [1] }, /expected the key of a config/],
  [{ 'estimators.reinforce': [1] }, /expected estimators\.<estimator>\.<setting>/],
])('%j is refused in words', (sweep, message) => {
  expect(() => combinationsOf(request({ sweep }))).toThrow(message);
});
