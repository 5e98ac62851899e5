import { expect, it } from 'vitest';
import { styleOf } from './estimator-style.ts';

const known = ['arm', 'exact', 'gumbel-softmax', 'muprop', 'reinforce', 'softmax', 'straight-through'];

it('the most compared ones differ in colour, all differ in colour or line', () => {
  const common = ['softmax', 'gumbel-softmax', 'st-gumbel-softmax', 'straight-through', 'reinforce', 'rebar'];
  expect(new Set(common.map((id) => styleOf(id, known).color)).size).toBe(common.length);
  const all = [...known, 'st-gumbel-softmax', 'rebar', 'unheard-of'];
  expect(new Set(all.map((id) => JSON.stringify(styleOf(id, known)))).size).toBe(all.length);
});

it('a common one keeps its colour whatever else is known', () => {
  expect(styleOf('softmax', [])).toEqual(styleOf('softmax', known));
});
