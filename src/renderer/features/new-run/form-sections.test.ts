import { expect, it } from 'vitest';
import type { PresetQuestion } from '../../../shared/descriptor.ts';
import { groupPresets } from './form-sections.ts';

const preset = (id: string, question: PresetQuestion) => ({
  ...{ id, question, label: id, help: '' },
  ...{ config: {}, estimators: [], seeds: [] },
});

it('keeps presets that answer one question together, in the order of the questions', () => {
  const groups = groupPresets([
    preset('published', 'paper'),
    preset('two', 'optimum'),
    preset('smoke', 'first'),
    preset('three', 'optimum'),
  ]);
  expect(groups.map(({ title, presets }) => [title, presets.map(({ id }) => id)])).toEqual([
    ['See it work', ['smoke']],
    ['Reach a known optimum', ['two', 'three']],
    ['As published', ['published']],
  ]);
});
