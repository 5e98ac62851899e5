import { describe, expect, it } from 'vitest';
import { canTake, cannotTake } from './choice.ts';

const both = { supports: ['categorical', 'bernoulli'], stages: false } as const;
const staged = { supports: ['bernoulli'], stages: true } as const;
const gradient = { supports: ['none'], stages: false } as const;

describe('what an estimator can take', () => {
  it.each([
    [both, { kind: 'bernoulli' }, true],
    [both, { kind: 'continuous' }, false],
    [both, { kind: 'bernoulli', stages: true }, false],
    [staged, { kind: 'bernoulli', stages: true }, true],
    [staged, { kind: 'categorical', stages: true }, false],
    [gradient, { kind: 'none' }, true],
    [gradient, { kind: 'categorical' }, false],
    [both, { kind: 'none' }, false],
  ] as const)('%o and %o: %s', (takes, choice, expected) => {
    expect(canTake(takes, choice)).toBe(expected);
  });

  it.each([
    [both, { kind: 'continuous' }, 'X takes categorical or bernoulli choices, but this choice is continuous'],
    [
      both,
      { kind: 'bernoulli', stages: true },
      'X takes categorical or bernoulli choices of one stage, but this choice is bernoulli, in stages',
    ],
    [
      staged,
      { kind: 'categorical', stages: true },
      'X takes bernoulli choices, but this choice is categorical, in stages',
    ],
    [both, { kind: 'none' }, 'X takes categorical or bernoulli choices, but this problem has none'],
    [gradient, { kind: 'categorical' }, 'X is for problems without a choice, but this choice is categorical'],
  ] as const)('says why not: %o and %o', (takes, choice, sentence) => {
    expect(cannotTake('X', takes, choice)).toBe(sentence);
  });
});
