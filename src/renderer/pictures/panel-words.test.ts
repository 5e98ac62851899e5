import { expect, it } from 'vitest';
import { samplePanels } from '../../shared/pictures/sample-panels.ts';
import { panelWords } from './panel-words.ts';

it('every kind is said in words', () => {
  expect(samplePanels.map((panel) => panelWords(panel).split(': ')[1]?.split(';')[0])).toEqual([
    '2 rows',
    '2 images of 2 by 2 pixels',
    '2 points, first across and second up',
    '2 lines, layer across and entropy up',
    '6 bars, code across and share up',
    '2 bars, weight across and count up',
    'payment over value of item 0 and value of item 1',
    '2 regions over x and y',
    '3 nodes and 2 edges',
    'images by true and predicted',
    '3 tokens in 1 text with log-probability',
  ]);
});
