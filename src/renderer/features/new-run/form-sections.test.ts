import { expect, it } from 'vitest';
import { groupPresets } from './form-sections.ts';

const preset = (label: string) => ({ id: label, label, help: '', config: {}, estimators: [], seeds: [] });

it('keeps what begins alike together, and every preset once', () => {
  const labels = ['Smoke', 'Net: two', 'Flow: only one', 'Net: three', 'Net, as published: two'];
  const groups = groupPresets(labels.map(preset));
  expect(groups.map(({ title, presets }) => [title, presets.map(({ label }) => label)])).toEqual([
    ['', ['Smoke', 'Flow: only one', 'Net, as published: two']],
    ['Net', ['two', 'three']],
  ]);
  expect(groups.flatMap(({ presets }) => presets.map(({ id }) => id)).sort()).toEqual([...labels].sort());
});
