import { expect, it } from 'vitest';
import { z } from 'zod';
import { parsedWithLists } from '../../src/engine/core/comma-lists.ts';
import { parseLogConfig } from '../../src/engine/off-policy/any-log.ts';
import { findProblem, parseConfig } from '../../src/engine/problems/registry.ts';

const csv = { kind: 'csv', path: 'log.csv' };

it.each([
  ['age, group', ['age', 'group']],
  ['age', ['age']],
  ['', []],
  [
    ['a,b', 'c'],
    ['a,b', 'c'],
  ],
])('columns %j of a log are the list %j', (contextColumns, expected) => {
  expect(parseLogConfig({ ...csv, contextColumns })).toMatchObject({ contextColumns: expected });
  const problem = findProblem('two-tower');
  expect(parseConfig(problem, { data: { ...csv, contextColumns } })).toMatchObject({
    data: { contextColumns: expected },
  });
});

it('estimators that are measured besides, too', () => {
  const config = parseConfig(findProblem('toy-bernoulli'), {
    diagnostics: { estimators: 'reinforce, rebar' },
  });
  expect(config.diagnostics?.estimators).toEqual(['reinforce', 'rebar']);
});

it('what is wrong besides is said of the list as it was read', () => {
  expect(() => parseLogConfig({ ...csv, contextColumns: 'age', seed: -1 })).toThrow(/seed/);
  expect(() => parseLogConfig({ ...csv, contextColumns: 5 })).toThrow(/contextColumns.*array/);
});

it('numbers where the list takes numbers, texts where it takes texts', () => {
  const schema = z.strictObject({ features: z.array(z.number()), names: z.array(z.string()) });
  expect(parsedWithLists(schema, { features: '1, -0.5,2e3', names: ['7'] }).parsed.data).toEqual({
    features: [1, -0.5, 2000],
    names: ['7'],
  });
  expect(
    parsedWithLists(z.strictObject({ names: z.array(z.string()) }), { names: '7,8' }).parsed.data,
  ).toEqual({
    names: ['7', '8'],
  });
  expect(parsedWithLists(schema, { features: '1, x', names: [] }).parsed.error?.message).toMatch(/features/);
});
