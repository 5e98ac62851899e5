import { describe, expect, it } from 'vitest';
import { discreteObjective, type ChoiceShape } from './discrete-objective.ts';
import { expectation } from './expectation.ts';
import { parseObjective } from './objective-text.ts';

const bits = (latents: number): ChoiceShape => ({ kind: 'bernoulli', latents, classes: 2 });
const one = (classes: number): ChoiceShape => ({ kind: 'categorical', latents: 1, classes });

async function of(text: string, shape: ChoiceShape, logits: readonly number[]) {
  const found = expectation(discreteObjective(await parseObjective(text), shape), logits);
  if (found === undefined) throw new Error('too many values');
  return found;
}

// Written out here, apart from what reads formulas.
const written: [string, (z: readonly number[]) => number][] = [
  ['z[0] * z[2]', ([a = 0, , c = 0]) => a * c],
  ['sum((-1)^i * z[i] * z[i + 1], i, 0, n - 2)', ([a = 0, b = 0, c = 0]) => a * b - b * c],
  ['sum([0.5, -1, 2][i] * z[i], i, 0, n - 1)^2', ([a = 0, b = 0, c = 0]) => (0.5 * a - b + 2 * c) ** 2],
  ['sum(cos(i + z[i]), i, 0, 2)', ([a = 0, b = 0, c = 0]) => Math.cos(a) + Math.cos(1 + b) + Math.cos(2 + c)],
];

it.each(written)('%s has the expectation and the gradient of its table', async (text, f) => {
  const logits = [0.4, -1.1, 0.7];
  const all = Array.from({ length: 8 }, (_, x) => f([x >> 2, (x >> 1) & 1, x & 1]));
  const vertices = [0, 1, 2].map((k) => f([0, 1, 2].map((i) => Number(i === k))));
  for (const [shape, table] of [
    [bits(3), all],
    [one(3), vertices],
  ] as const) {
    const found = await of(`expr:${text}`, shape, logits);
    const wanted = await of(`table:${table.join(',')}`, shape, logits);
    expect(found.value).toBeCloseTo(wanted.value, 12);
    found.gradient.forEach((g, i) => expect(g).toBeCloseTo(wanted.gradient[i]!, 12));
  }
});

describe('the expectation of f and its gradient', () => {
  it.each([
    [0.45, 0.2525, 0.025],
    [0.499, 0.250001, 0.0005],
  ])('one bit, target %d: the published toy', async (target, value, slope) => {
    const found = await of(`expr:(z-${target})^2`, bits(1), [0]);
    expect(found.value).toBeCloseTo(value, 12);
    expect(found.gradient[0]).toBeCloseTo(slope, 12);
  });

  it('three bits that share a logit: -0.045 at 0', async () => {
    const { gradient } = await of('expr:sum((z - [0.6, 0.51, 0.48])^2)', bits(3), [0, 0, 0]);
    expect(gradient.reduce((sum, g) => sum + g, 0)).toBeCloseTo(-0.045, 12);
  });

  it.each([
    [1.5, 0.35488, 0.301869],
    [2, 0.2525, 0.2025],
    [3, 0.12875, 0.091125],
  ])('128 bits, exponent %d: the published start and optimum', async (power, start, best) => {
    const text = `expr:mean(abs(z - 0.45)^${power})`;
    expect((await of(text, bits(128), new Array<number>(128).fill(0))).value).toBeCloseTo(start, 6);
    expect((await of(text, bits(128), new Array<number>(128).fill(-800))).value).toBeCloseTo(best, 6);
  });

  it('sums recognised by their form are those found by going through all values', async () => {
    const logits = [0.3, -0.8, 1.2];
    const additive = await of('expr:sum((z - 0.3)^3)', bits(3), logits);
    const joint = await of('expr:sum((z - 0.3)^3) + 0 * max(z)', bits(3), logits);
    expect(additive.value).toBeCloseTo(joint.value, 12);
    additive.gradient.forEach((g, d) => expect(g).toBeCloseTo(joint.gradient[d]!, 12));
  });

  it('a table of bits is read with the last bit fastest', async () => {
    const { value, gradient } = await of('table:0,1,10,11', bits(2), [0, Math.log(3)]);
    expect(value).toBeCloseTo(10 * 0.5 + 0.75, 12);
    expect(Array.from(gradient)).toEqual([expect.closeTo(2.5, 12), expect.closeTo(0.1875, 12)]);
  });

  it('the gradient is the slope of the value, and sums to 0 over a categorical choice', async () => {
    const logits = [0.2, -0.5, 0.8, -1.1];
    const { gradient } = await of('expr:cos(k)', one(4), logits);
    expect(gradient.reduce((sum, g) => sum + g, 0)).toBeCloseTo(0, 14);
    for (let i = 0; i < 4; i++) {
      const at = async (step: number) =>
        (
          await of(
            'expr:cos(k)',
            one(4),
            logits.map((x, j) => (j === i ? x + step : x)),
          )
        ).value;
      expect(gradient[i]).toBeCloseTo(((await at(1e-5)) - (await at(-1e-5))) / 2e-5, 9);
    }
  });

  it('survives values that cannot be chosen, and a million of them', async () => {
    const { gradient } = await of('table:1,2,3', one(3), [0, -Infinity, 0]);
    expect(Array.from(gradient)).toEqual([-0.5, 0, 0.5]);
    const many = await of('expr:k', one(1_000_000), new Array<number>(1_000_000).fill(0));
    expect(many.value).toBeCloseTo(499_999.5, 4);
  });

  it('refuses an f that is not finite at a z, and names it', async () => {
    await expect(of('expr:1/k', one(3), [0, 0, 0])).rejects.toThrow(
      /f is Infinity at k = 0; .*division by 0/,
    );
    await expect(of('expr:sqrt(z-0.5)', bits(2), [0, 0])).rejects.toThrow(/f is NaN at z = 0, 0/);
  });

  it.each([
    ['table:1,2', one(3), /the table has 2 entries; a choice of 3 values needs 3/],
    ['expr:z - [1, 2]', one(3), /a list in the expression has 2 numbers; z has 3/],
    ['expr:cos(k)', bits(2), /k is the index of one choice, but there are 2 bits here/],
  ])('%s does not fit', async (text, shape, message) => {
    await expect(of(text, shape, [0, 0, 0])).rejects.toThrow(message);
  });
});
