import { expect, it } from 'vitest';
import { inkOn, luminance, sequentialColor } from './color-scale.ts';

it('the higher the quantity, the lighter its colour, by steps that can be seen', () => {
  const bands = Array.from({ length: 10 }, (_, band) => luminance(sequentialColor(band / 9)));
  for (let band = 1; band < bands.length; band++) {
    // A tenth of L* is more than a just noticeable difference; black and white are 1 and 0.
    expect(bands[band]! / bands[band - 1]!).toBeGreaterThan(1.1);
  }
  expect([luminance('#000000'), luminance('#ffffff')]).toEqual([0, 1]);
});

it('words can be read on every colour', () => {
  for (let share = 0; share <= 1; share += 0.01) {
    const color = sequentialColor(share);
    const [darker, lighter] = [luminance(color), luminance(inkOn(color))].sort((a, b) => a - b);
    expect((lighter! + 0.05) / (darker! + 0.05)).toBeGreaterThanOrEqual(4.5);
  }
});
