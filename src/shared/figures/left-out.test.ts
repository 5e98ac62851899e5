import { expect, it } from 'vitest';
import { leftOut } from './left-out.ts';

it.each([
  [[[1], [2]], ''],
  [[[1], [null], [2]], '1 of 3 runs not drawn: not finite.'],
  [[[null, undefined]], '1 of 1 run not drawn: not finite.'],
  [
    [
      [1, undefined],
      [null, 2],
      [null, null],
      [1, 2],
    ],
    '3 of 4 runs not drawn: 2 not finite, 1 not measured.',
  ],
])('%j', (runs, sentence) => expect(leftOut('not drawn', runs)).toBe(sentence));
