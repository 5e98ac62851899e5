import { expect, it } from 'vitest';
import { configLines } from './flatten.ts';

it('lists a nested config with the defaults of its schema', () => {
  const schema = {
    properties: {
      steps: { default: 2000, description: 'Optimiser steps' },
      split: { properties: { test: { default: 0.2 } } },
      rate: { default: { kind: 'linear', from: 1 } },
    },
  };
  const config = { steps: 600, split: { test: 0.2 }, rate: { kind: 'linear', from: 2 }, items: null };
  expect(configLines(config, schema)).toEqual([
    { path: 'steps', value: '600', standard: '2000', help: 'Optimiser steps' },
    { path: 'split.test', value: '0.2', standard: '0.2', help: '' },
    { path: 'rate.kind', value: 'linear', standard: 'linear', help: '' },
    { path: 'rate.from', value: '2', standard: '1', help: '' },
    { path: 'items', value: 'null', help: '' },
  ]);
});
