import { expect, it } from 'vitest';
import { targetOf } from './target.ts';

it.each([
  ['c1', undefined, { id: 'c1' }],
  ['c1', 'a,b', { id: 'c1' }],
  ['', 'a,b,a', { runs: ['a', 'b'] }],
  ['', ' a , ,b', { runs: ['a', 'b'] }],
  ['', '', null],
  ['', undefined, null],
])('%s and runs %s mean %o', (id, runs, target) => expect(targetOf(id, runs)).toEqual(target));
