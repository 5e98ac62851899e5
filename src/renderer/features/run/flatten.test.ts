import { expect, it } from 'vitest';
import { configLines } from './flatten.ts';

it('lists a nested config with the help of its schema', () => {
  const schema = {
    properties: {
      steps: { description: 'Optimiser steps' },
      split: { properties: { test: { description: 'Share of the test split' } } },
    },
  };
  const config = { steps: 600, split: { test: 0.2 }, rate: { kind: 'linear', from: 2 }, items: null };
  expect(configLines(config, schema)).toEqual([
    { path: 'steps', value: '600', help: 'Optimiser steps' },
    { path: 'split.test', value: '0.2', help: 'Share of the test split' },
    { path: 'rate.kind', value: 'linear', help: '' },
    { path: 'rate.from', value: '2', help: '' },
    { path: 'items', value: 'null', help: '' },
  ]);
});
