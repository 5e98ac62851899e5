/** Estimators that a preset compares are told apart by colour, as far as there are colours. */
import { expect, it } from 'vitest';
import { estimators } from '../../src/engine/estimators/registry.ts';
import { problems } from '../../src/engine/problems/registry.ts';
import { styleAt, styleOf } from '../../src/shared/figures/estimator-style.ts';

const known = estimators.map(({ id }) => id);
const colorOf = (estimator: string) => styleOf(estimator, known).color;
const colors = new Set(Array.from({ length: 100 }, (_, position) => styleAt(position).color)).size;

const compared = problems.flatMap(({ presets }) =>
  presets.filter((preset) => preset.estimators.length > 1).map((preset) => [preset.id, preset] as const),
);

it.each(compared)('%s', (_, preset) => {
  const drawn = preset.estimators.map(colorOf);
  if (drawn.length <= colors) expect(new Set(drawn).size, drawn.join(', ')).toBe(drawn.length);
  // Of more than that, those that follow each other in legends and tables.
  else expect(drawn.filter((color, i) => color === drawn[i + 1])).toEqual([]);
});

it('every estimator of the registry has a place of its own, which no other estimator moves', () => {
  expect(known.map((id) => styleOf(id, []))).toEqual(known.map((id) => styleOf(id, known)));
  expect(new Set(known.map((id) => JSON.stringify(styleOf(id, [])))).size).toBe(known.length);
});
