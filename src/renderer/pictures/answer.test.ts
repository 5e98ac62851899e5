import { expect, it } from 'vitest';
import { panelOf } from '../../shared/pictures/sample-panels.ts';
import { readAnswer } from './answer.ts';

it('a picture is one', () => {
  const picture = { note: '', facts: [], panels: [panelOf('bars')] };
  expect(readAnswer(picture)).toEqual({ kind: 'picture', picture });
});

it('a list of objects with values is a table', () => {
  expect(
    readAnswer([
      { word: 'cat', seenBefore: true },
      { word: 'dog', share: 0.5 },
    ]),
  ).toEqual({
    kind: 'table',
    rows: {
      header: ['Word', 'Seen before', 'Share'],
      rows: [
        ['cat', 'yes', null],
        ['dog', null, 0.5],
      ],
    },
  });
});

it('an object is its members, each read by itself', () => {
  expect(readAnswer({ meanLength: 3, values: [1, 2], deep: [[1], [2]] })).toEqual({
    kind: 'members',
    members: [
      { label: 'Mean length', answer: { kind: 'value', value: 3 } },
      { label: 'Values', answer: { kind: 'table', rows: { header: ['Value'], rows: [[1], [2]] } } },
      { label: 'Deep', answer: { kind: 'text', text: '[\n  [\n    1\n  ],\n  [\n    2\n  ]\n]' } },
    ],
  });
});
