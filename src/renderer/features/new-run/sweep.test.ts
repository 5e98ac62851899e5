import { describe, expect, it } from 'vitest';
import type { Schema } from '../../ui/schema-form/schema.ts';
import { combinations, sweepKeys, sweepProblem } from './sweep.ts';

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

  it('is the product of its rows, and leaves the rest of the config alone', () => {
    const config = { options: 1, data: { kind: 'xor', atoms: 2 } };
    const made = combinations(config, [
      { key: 'options', text: '8, 16' },
      { key: 'data.atoms', text: '1,2, 3' },
    ]);
    expect(made.map(({ label }) => label)).toEqual([
      'options=8, data.atoms=1',
      'options=8, data.atoms=2',
      'options=8, data.atoms=3',
      'options=16, data.atoms=1',
      'options=16, data.atoms=2',
      'options=16, data.atoms=3',
    ]);
    expect(made[5]?.config).toEqual({ options: 16, data: { kind: 'xor', atoms: 3 } });
    expect(combinations(config, [])).toEqual([{ label: '', config }]);
    expect(config).toEqual({ options: 1, data: { kind: 'xor', atoms: 2 } });
  });

  it.each([
    [[{ key: 'options', text: ' , ' }], /give its values/],
    [[{ key: 'options', text: '8, 8.0' }], /given twice/],
    [
      [
        { key: 'options', text: '1' },
        { key: 'options', text: '2' },
      ],
      /swept twice/,
    ],
    [
      [
        { key: 'options', text: '1,2,3,4,5,6,7,8,9' },
        { key: 'batch', text: '1,2,3,4,5,6,7,8' },
      ],
      /72 combinations; 64 at most/,
    ],
  ])('%j is refused in words', (rows, message) => expect(sweepProblem(rows)).toMatch(message));
});
