import { expect, it } from 'vitest';
import type { PresetQuestion } from '../../../shared/descriptor.ts';
import { groupPresets, keysOfNote } from './form-sections.ts';

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

it('shows keys that are not as by default, that the preset names, and that something is said of', () => {
  const standard = { steps: 2000, batch: 128, noise: 0.01, options: 50, temperature: 1, clip: null };
  const filled = { ...standard, noise: 0.005 };
  const keys = keysOfNote({
    ...{ standard, filled, config: { ...filled, batch: 64 } },
    ...{ named: ['options'], marks: [], wrong: ['clip.from'] },
  });
  expect([...keys].sort()).toEqual(['batch', 'clip', 'noise', 'options', 'steps', 'temperature']);
});
