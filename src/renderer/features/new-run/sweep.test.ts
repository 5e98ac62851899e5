import { describe, expect, it } from 'vitest';
import type { Schema } from '../../ui/schema-form/schema.ts';
import { sweepKeys, sweepOf, sweepProblem } from './sweep.ts';

const schema: Schema = {
  properties: {
    options: { type: 'integer' },
    rate: {
      anyOf: [{ type: 'number' }, { properties: { kind: { const: 'linear' }, from: { type: 'number' } } }],
    },
    data: {
      oneOf: [
        { properties: { kind: { const: 'xor' }, atoms: { type: 'integer' } } },
        { properties: { kind: { const: 'cats' }, path: { type: 'string' } } },
      ],
    },
    start: { type: 'string', enum: ['random', 'bids'] },
  },
};

describe('a sweep', () => {
  it('offers the single values of the alternatives that are chosen', () => {
    const keys = (config: unknown) => sweepKeys(schema, config).map(({ key }) => key);
    expect(keys({ options: 3, rate: 0.1, data: { kind: 'xor', atoms: 2 }, start: 'bids' })).toEqual([
      'options',
      'rate',
      'data.atoms',
      'start',
    ]);
    expect(keys({ rate: { kind: 'linear', from: 1 }, data: { kind: 'cats', path: '' } })).toEqual([
      'options',
      'rate.from',
      'start',
    ]);
  });

  it('of a request has the rows with values, numbers as numbers', () => {
    const row = (key: string, text: string) => ({ key, text, touched: true });
    expect(sweepOf([row('options', '8, 16'), row('start', 'bids'), row('rate.from', ' ')])).toEqual({
      options: [8, 16],
      start: ['bids'],
    });
    expect(sweepOf([row('options', '')])).toBeUndefined();
  });

  it('says nothing of a row in which nothing was typed yet', () => {
    expect(sweepProblem([{ key: 'options', text: '', touched: false }])).toBe('');
    expect(sweepProblem([{ key: 'options', text: ' , ', touched: true }])).toMatch(/enter its values/);
    expect(
      sweepProblem([
        { key: 'options', text: '1', touched: true },
        { key: 'options', text: '2', touched: true },
      ]),
    ).toMatch(/swept twice/);
  });
});
