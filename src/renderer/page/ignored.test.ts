import { expect, it } from 'vitest';
import { ignoredIn, jsonObject, oneWord } from './ignored.ts';

const parameters = {
  test: oneWord(['t', 'wilcoxon'], 'the test is the paired t test'),
  columns: { knows: (word: string) => word === 'gap', separator: '|', instead: 'other columns are shown' },
  config: jsonObject('nothing is changed'),
};

it('names what an address asks for and nobody knows, and what is shown instead', () => {
  expect(ignoredIn({ test: 'z', columns: 'gap|gone||older', config: '[1]' }, parameters)).toEqual([
    { key: 'test', sentence: 'Ignored test=z from the link; the test is the paired t test.', rest: '' },
    {
      key: 'columns',
      sentence: 'Ignored columns=gone|older from the link; other columns are shown.',
      rest: 'gap',
    },
    { key: 'config', sentence: 'Ignored config=[1] from the link; nothing is changed.', rest: '' },
  ]);
});

it('says nothing of what is known, empty or absent', () => {
  expect(ignoredIn({ test: 't', columns: '', config: '{"a":1}', other: 'x' }, parameters)).toEqual([]);
});

it('cuts what is long', () => {
  const [cut] = ignoredIn({ test: 'z'.repeat(500) }, parameters);
  expect(cut!.sentence.length).toBeLessThan(120);
});
