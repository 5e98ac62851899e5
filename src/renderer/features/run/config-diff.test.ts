import { expect, it } from 'vitest';
import { configLines, differs, diffLines } from './config-diff.ts';

const schema = { properties: { steps: { description: 'Optimiser steps' } } };

it('puts configs beside each other, with the keys that only one has', () => {
  const config = { steps: 600, valuations: { kind: 'xor', atoms: 2 }, seed: 1 };
  const other = { steps: 200, valuations: { kind: 'cats', path: 'a.txt' }, seed: 1 };
  const lines = diffLines(config, other, schema);
  expect(lines).toEqual([
    { path: 'steps', value: '600', other: '200', help: 'Optimiser steps' },
    { path: 'valuations.kind', value: 'xor', other: 'cats', help: '' },
    { path: 'valuations.atoms', value: '2', help: '' },
    { path: 'seed', value: '1', other: '1', help: '' },
    { path: 'valuations.path', other: 'a.txt', help: '' },
  ]);
  expect(lines.filter(differs).map(({ path }) => path)).toEqual([
    'steps',
    'valuations.kind',
    'valuations.atoms',
    'valuations.path',
  ]);
});

it('of a config and itself has no differences', () => {
  const config = { a: { b: [1, 2] }, c: null };
  expect(diffLines(config, config, {}).filter(differs)).toEqual([]);
});

it('lists a nested config with the help of its schema', () => {
  const schema = {
    properties: {
      steps: { description: 'Optimiser steps' },
      split: { properties: { test: { description: 'Share of the test split' } } },
    },
  };
  const config = {
    steps: 600,
    split: { test: 0.2 },
    rate: { kind: 'linear', from: 2 },
    items: null,
    none: {},
  };
  expect(configLines(config, schema)).toEqual([
    { path: 'steps', value: '600', help: 'Optimiser steps' },
    { path: 'split.test', value: '0.2', help: 'Share of the test split' },
    { path: 'rate.kind', value: 'linear', help: '' },
    { path: 'rate.from', value: '2', help: '' },
    { path: 'items', value: 'null', help: '' },
    { path: 'none', value: '{}', help: '' },
  ]);
});
