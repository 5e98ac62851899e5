import { describe, expect, it } from 'vitest';
import { beliefPoint, notDrawn } from './belief.ts';

const axes = { believed: 'trainingLoss', earned: 'hardTrainNll' };
const [full, other, broken, early] = [
  { trainingLoss: 4.5, hardTrainNll: 4.7, gap: -0.2 },
  { trainingLoss: 2.1, hardTrainNll: 4.8 },
  { trainingLoss: null, hardTrainNll: 4.8 },
  { trainingLoss: 2 },
];

describe('what was believed against what is true', () => {
  it('is drawn of a run with a gap', () => {
    expect(beliefPoint(axes, full)).toEqual({ x: 4.5, y: 4.7 });
    expect(notDrawn(axes, [full])).toBe('');
  });

  it.each([other, broken, early])('is not drawn of %j', (metrics) => {
    expect(beliefPoint(axes, metrics)).toBeNull();
  });

  it('says of every run that is not drawn why', () => {
    expect(notDrawn(axes, [full, other, full, other])).toBe(
      '2 of 4 runs not drawn: trained on another kind of quantity.',
    );
    expect(notDrawn(axes, [full, other, broken, early])).toBe(
      '2 of 4 runs not drawn: 1 not finite, 1 not measured. 1 of 4 runs not drawn: trained on another kind of quantity.',
    );
  });
});
