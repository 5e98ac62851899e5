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

it('of seven colours and nine shapes no two estimators share both, and none is grey or dotted as reference lines are', () => {
  const many = Array.from({ length: 40 }, (_, i) => `further-${i}`);
  const marks = [...known, ...many].map((id) => styleOf(id, [...known, ...many]));
  expect(new Set(marks.map(({ color, symbol }) => color + symbol)).size).toBe(marks.length);
  for (const { color, dash } of marks) {
    const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    expect(Math.max(...channels) - Math.min(...channels)).toBeGreaterThan(60);
    expect(dash[0] ?? 9).toBeGreaterThan(1);
  }
});
