import { describe, expect, it } from 'vitest';
import { changesBetween, difference, flatten, isObject, merge, valueAt, withValue } from './config-path.ts';

const base = { steps: 1, split: { test: 0.2, validation: 0.2 }, rate: { kind: 'linear', from: 1, to: 2 } };

it.each([
  [{}, true],
  [{ a: 1 }, true],
  [[], false],
  [null, false],
  ['text', false],
  [undefined, false],
])('%j is an object: %j', (value, is) => expect(isObject(value)).toBe(is));

describe('merge', () => {
  it('goes into objects, and leaves the base as it is', () => {
    expect(merge(base, { split: { test: 0.1 }, batch: 8 })).toEqual({
      ...base,
      split: { test: 0.1, validation: 0.2 },
      batch: 8,
    });
    expect(base.split.test).toBe(0.2);
  });

  it.each([
    ['the same kind', { kind: 'linear', to: 5 }, { kind: 'linear', from: 1, to: 5 }],
    ['no kind', { to: 5 }, { kind: 'linear', from: 1, to: 5 }],
    ['another kind', { kind: 'cosine', from: 3 }, { kind: 'cosine', from: 3 }],
    ['a number', 0.5, 0.5],
    ['nothing', null, null],
  ])('takes %s', (_, rate, merged) => expect(merge(base, { rate })).toEqual({ ...base, rate: merged }));

  it('puts an object where there was none', () => {
    expect(merge({ rate: 0.1 }, { rate: { kind: 'linear' } })).toEqual({ rate: { kind: 'linear' } });
  });
});

describe('difference', () => {
  it('says only what differs, and an object with a kind whole', () => {
    expect(difference(base, base)).toEqual({});
    expect(difference({ ...base, split: { test: 0.1, validation: 0.2 } }, base)).toEqual({
      split: { test: 0.1 },
    });
    expect(difference({ ...base, rate: { kind: 'linear', from: 1, to: 3 } }, base)).toEqual({
      rate: { kind: 'linear', from: 1, to: 3 },
    });
  });

  it.each([
    { ...base, steps: 2 },
    { ...base, rate: { kind: 'cosine', from: 1 } },
    { ...base, rate: 3, split: { test: 0, validation: 0.2 } },
  ])('merged over the base makes the value again: %j', (value) => {
    expect(merge(base, difference(value, base))).toEqual(value);
  });
});

it('lists changes by path, and another kind as one', () => {
  const changed = { split: { test: 0.1, validation: 0.2 }, rate: { kind: 'cosine', from: 1 }, more: [1] };
  expect(changesBetween(base, changed)).toEqual([
    { path: 'steps', from: 1, to: undefined },
    { path: 'split.test', from: 0.2, to: 0.1 },
    { path: 'rate', from: base.rate, to: { kind: 'cosine', from: 1 } },
    { path: 'more', from: undefined, to: [1] },
  ]);
});

it.each([
  ['steps', 1],
  ['split.test', 0.2],
  ['split', base.split],
  ['steps.deeper', undefined],
  ['split.none', undefined],
  ['split.toString', undefined],
])('finds the value at %s', (path, value) => expect(valueAt(base, path)).toEqual(value));

it('puts a value at a path and leaves the config as it is', () => {
  expect(withValue(base, 'split.test', 0)).toEqual({ ...base, split: { test: 0, validation: 0.2 } });
  expect(withValue(base, 'a.b.c', [1])).toEqual({ ...base, a: { b: { c: [1] } } });
  expect(withValue(base, 'steps.deeper', 1)).toEqual({ ...base, steps: { deeper: 1 } });
  expect(base).toEqual({ steps: 1, split: { test: 0.2, validation: 0.2 }, rate: base.rate });
});

it('lists values by path', () => {
  const config = { list: [{ a: 1 }], none: {}, rate: { kind: 'linear', from: { x: null } } };
  expect(flatten(config)).toEqual([
    ['list', [{ a: 1 }]],
    ['rate.kind', 'linear'],
    ['rate.from.x', null],
  ]);
  expect(flatten(config, { prefix: 'config', whole: (value) => 'kind' in value })).toEqual([
    ['config.list', [{ a: 1 }]],
    ['config.rate', config.rate],
  ]);
});
