import { describe, expect, it } from 'vitest';
import {
  completed,
  labelOf,
  ofKind,
  otherDefault,
  readList,
  readNumber,
  switched,
  variantIndex,
  variantsOf,
  type Schema,
} from './schema.ts';

const schedule: Schema = {
  anyOf: [
    { type: 'number', exclusiveMinimum: 0 },
    {
      properties: { kind: { enum: ['linear', 'cosine'] }, from: { type: 'number' }, to: { type: 'number' } },
    },
    {
      properties: {
        kind: { const: 'stepwise' },
        from: { type: 'number' },
        every: { type: 'integer', default: 5 },
      },
    },
  ],
};
const orNothing: Schema = { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }], default: null };

describe('variants', () => {
  it('has one for each value of kind', () => {
    expect(variantsOf(schedule).map(({ label }) => label)).toEqual([
      'constant',
      'linear',
      'cosine',
      'stepwise',
    ]);
    expect(variantsOf(orNothing).map(({ label }) => label)).toEqual(['set', 'none']);
  });

  it.each([
    [0.5, 0],
    ['text', 0],
    [{ kind: 'cosine', from: 1, to: 2 }, 2],
    [{ kind: 'stepwise' }, 3],
    [{ kind: 'unheard of' }, -1],
  ])('finds %j', (value, index) => expect(variantIndex(variantsOf(schedule), value)).toBe(index));

  it('is drawn by what the field says of all its kinds, and by nothing where there is no value', () => {
    const field: Schema = { ...orNothing, widget: 'artefact', maker: 'bundle-flow' };
    const [set, none] = variantsOf(field);
    expect(ofKind(field, set)).toEqual({
      ...{ type: 'integer', minimum: 1 },
      ...{ widget: 'artefact', maker: 'bundle-flow' },
    });
    expect(ofKind(field, none)).toEqual({ type: 'null', maker: 'bundle-flow' });
    expect(ofKind({ type: 'integer' }, undefined)).toEqual({ type: 'integer' });
  });

  it('keeps numbers of the same name when another is chosen', () => {
    const variants = variantsOf(schedule);
    expect(switched(variants[3]!, { kind: 'linear', from: 3, to: 1 })).toEqual({
      kind: 'stepwise',
      from: 3,
      every: 5,
    });
    expect(switched(variants[1]!, 0.5)).toEqual({ kind: 'linear', from: 0.5, to: 0.5 });
    expect(switched(variants[0]!, { kind: 'linear', from: 3, to: 1 })).toBe(3);
  });
});

it('keeps an explicit null, and fills in what is missing', () => {
  const schema: Schema = { properties: { clip: orNothing, steps: { type: 'integer', default: 7 } } };
  expect(completed(schema, {})).toEqual({ clip: null, steps: 7 });
  expect(completed(schema, { clip: 3 })).toEqual({ clip: 3, steps: 7 });
});

it('writes labels and reads numbers', () => {
  expect(labelOf('checkpointSeconds')).toBe('Checkpoint seconds');
  expect(readNumber(' 1e-3 ')).toBe(0.001);
  expect(readNumber('1,5')).toBe('1,5');
  expect(readNumber('')).toBe('');
  expect(readList('[[0, 1]]')).toEqual([[0, 1]]);
  expect(readList('[[0, 1]')).toBe('[[0, 1]');
});

describe('a default beside another value', () => {
  it.each<[usual: unknown, value: unknown, words: string]>([
    [undefined, 3, ''],
    [3, 3, ''],
    [3, 4, '3'],
    [null, 4, 'none'],
    ['', 'guests.csv', 'empty'],
    [[1, 2], [1, 2], ''],
    [[1, 2], [2], '[1,2]'],
    [{ kind: 'linear' }, { kind: 'cosine' }, ''],
  ])('%j, %j: "%s"', (usual, value, words) =>
    expect(otherDefault({ ...(usual !== undefined && { default: usual }) }, value)).toBe(words),
  );
});
