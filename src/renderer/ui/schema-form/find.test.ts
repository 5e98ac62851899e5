import { describe, expect, it } from 'vitest';
import { isFound, marked, termsOf, textsOf } from './find.ts';
import type { Schema } from './schema.ts';

const rate: Schema = {
  description: 'Step size of Adam',
  anyOf: [
    { type: 'number' },
    {
      properties: { kind: { const: 'cosine' }, until: { type: 'number', description: 'Share of the steps' } },
    },
  ],
};

describe('a field is found', () => {
  const found = (query: string, value: unknown = { kind: 'cosine', until: 1 }) =>
    isFound(termsOf(query), textsOf('learningRate', rate, value));

  it.each(['learning rate', 'RATE', 'learningrate', 'adam', 'cosine', 'until', 'share adam'])(
    'by %s',
    (query) => expect(found(query)).toBe(true),
  );

  it('only if it has all words', () => {
    expect(found('rate momentum')).toBe(false);
    expect(found('  ')).toBe(true);
  });

  it('by what it can be made, not by what that would have', () => {
    expect(found('cosine', 0.1)).toBe(true);
    expect(found('share', 0.1)).toBe(false);
  });
});

it('marks what was found, whatever its case, and takes signs as signs', () => {
  expect(marked('Learning rate (Adam)', termsOf('RATE (a'))).toEqual([
    { text: 'Learning ', found: false },
    { text: 'rate', found: true },
    { text: ' ', found: false },
    { text: '(A', found: true },
    { text: 'dam)', found: false },
  ]);
  expect(marked('Steps', [])).toEqual([{ text: 'Steps', found: false }]);
});
