/** What a confident classifier learns from: splits, classes left out, second sets, and what is refused in one sentence. */
import { describe, expect, it } from 'vitest';
import { hostOf, idxFile, range } from '../../../../test/support/images/idx.ts';
import { confidentConfigSchema } from './config.ts';
import { confidentClassifier } from './confident-classifier.ts';
import { loadConfident } from './confident-data.ts';
import { bayesBaselines } from './plane.ts';

/** Thirty images of 8 x 8 pixels in three classes; the first pixel is the number of the image. */
const files = {
  images: idxFile(
    [30, 8, 8],
    range(30).flatMap((n) => [n, ...new Array<number>(63).fill(7)]),
  ),
  labels: idxFile(
    [30],
    range(30).map((n) => [2, 5, 9][n % 3]!),
  ),
  alike: idxFile([30], new Array<number>(30).fill(4)),
  'two labels': idxFile(
    [30],
    range(30).map((n) => n % 2),
  ),
  // As many, and brighter.
  others: idxFile(
    [30, 8, 8],
    range(30).flatMap((n) => [200 + n, ...new Array<number>(63).fill(99)]),
  ),
  small: idxFile(
    [30, 4, 4],
    range(30).flatMap((n) => [n, ...new Array<number>(15).fill(9)]),
  ),
};
const idx = { kind: 'idx', images: 'images', labels: 'labels', validation: 0.2, test: 0.3 };
const load = (raw: object) =>
  loadConfident(confidentConfigSchema.parse({ data: idx, ...raw }), hostOf(files));

/** First pixels, as bytes. */
const numbersOf = ({ pixels, count }: { readonly pixels: Float32Array; readonly count: number }) =>
  range(count).map((n) => Math.round(255 * pixels[n * (pixels.length / count)]!));

describe('classes left out', () => {
  it.each([
    [{}, [9], ['2', '5']],
    [{ unseen: { kind: 'classes', classes: [2] } }, [2], ['5', '9']],
  ])('%j: their rows are out of distribution, the others are counted anew', async (raw, left, names) => {
    const { inside, unseen, names: found } = await load(raw);
    expect(found).toEqual(names);
    expect(inside.classes).toBe(2);
    for (const split of ['train', 'validation', 'test'] as const) {
      const own = numbersOf(inside[split]);
      expect(own.map((n) => `${[2, 5, 9][n % 3]}`)).toEqual(
        [...inside[split].labels!].map((label) => names[label]),
      );
      expect(new Set(numbersOf(unseen[split]).map((n) => [2, 5, 9][n % 3]))).toEqual(new Set(left));
    }
    const all = (['train', 'validation', 'test'] as const).flatMap((split) => [
      ...numbersOf(inside[split]),
      ...numbersOf(unseen[split]),
    ]);
    expect(all.sort((a, b) => a - b)).toEqual(range(30));
  });

  it('of the plane leave the means of the others', async () => {
    const { ground, unseen, inside, names } = await load({
      data: { kind: 'plane', classes: 4, count: 80 },
      unseen: { kind: 'classes', classes: [0, 2] },
    });
    expect(names).toEqual(['1', '3']);
    expect(ground.means.map(([, y]) => Math.round(y!))).toEqual([1, -1]);
    // Class 0 lies to the right of the middle, class 2 to the left.
    unseen.test.labels!.forEach((label, n) =>
      expect(Math.sign(unseen.test.pixels[2 * n]!)).toBe(label === 0 ? 1 : -1),
    );
    expect(inside.classes).toBe(2);
  });
});

describe('a second set', () => {
  it('is split as the images are, and is what is trained on where that is asked for', async () => {
    const { inside, unseen, second } = await load({
      unseen: { kind: 'idx', images: 'others' },
      outliers: { kind: 'second' },
    });
    expect(inside.classes).toBe(3);
    expect(unseen.test.count).toBe(inside.test.count);
    for (const number of numbersOf(unseen.test)) expect(number).toBeGreaterThanOrEqual(200);
    expect(second()).toBe(unseen.train);
    const shapes = await load({ outliers: { kind: 'second', set: { kind: 'shapes' } } });
    expect(shapes.second()!.pixels.length).toBe(shapes.second()!.count * 64);
  });
});

it('points that belong to no class are as many as those that do, and Bayes is right where classes lie apart', async () => {
  const { inside, unseen, ground } = await load({ data: { kind: 'plane', count: 400 } });
  expect(unseen.validation.count).toBe(inside.validation.count);
  expect(inside.train.count).toBe(200);
  expect(bayesBaselines(inside, ground)).toMatchObject({ bayes: 1, 'bayes.train': 1 });
});

it.each<[string, object, RegExp]>([
  [
    'no labels',
    { data: { ...idx, labels: null } },
    /^data: expected labels of several classes.* found no labels in images; name files of labels/,
  ],
  ['a single label', { data: { ...idx, labels: 'alike' } }, /found a single one in images/],
  [
    'a class that is not there',
    { unseen: { kind: 'classes', classes: [3] } },
    /^unseen\.classes: expected labels of images \(2, 5, 9\), found 3; name some of these\.$/,
  ],
  [
    'too many classes left out',
    { unseen: { kind: 'classes', classes: [2, 5] } },
    /^unseen\.classes: expected at least two classes that are not left out, found 1 of 3 in images; leave fewer out\.$/,
  ],
  [
    'two classes, of which one would be left out',
    { data: { ...idx, labels: 'two labels' } },
    /^unseen\.kind: expected at least two classes .* found 1 of 2 in images; choose what else is out of distribution\.$/,
  ],
  [
    'a second set of another size',
    { unseen: { kind: 'idx', images: 'small' } },
    /^unseen\.images: expected images of 8 x 8 pixels, as in images, found 4 x 4 in small; choose a set of that size/,
  ],
  [
    'outliers of another size',
    { outliers: { kind: 'second', set: { kind: 'idx', images: 'small' } } },
    /^outliers\.set\.images: expected images of 8 x 8 pixels.* found 4 x 4 in small/,
  ],
  [
    'a second set of labels',
    { unseen: { kind: 'idx', images: 'labels' } },
    /^unseen\.images: labels: expected an IDX file of images/,
  ],
  [
    'bars and stripes, which have no labels',
    { data: { kind: 'bars-and-stripes' } },
    /^data: expected labels of several classes.* found no labels/,
  ],
  [
    'images beside points',
    { data: { kind: 'plane' }, unseen: { kind: 'digits' } },
    /^unseen\.kind: expected points, as data\.kind is plane, found images \(digits\); choose uniform, near or classes, or images in data\.kind\.$/,
  ],
  [
    'outliers that are images beside points',
    { data: { kind: 'plane' }, outliers: { kind: 'second', set: { kind: 'shapes' } } },
    /^outliers\.set\.kind: expected points, .*; choose unseen, or images/,
  ],
  [
    'a near box without room',
    { data: { kind: 'plane', count: 50, deviation: 4 }, unseen: { kind: 'near', share: 0.01 } },
    /^unseen\.share: expected a box with room beside the classes, .*make the box larger/,
  ],
])('refuses %s', async (_, raw, message) => {
  await expect(load(raw)).rejects.toThrow(message);
});

it.each<[object, RegExp]>([
  [{ data: { kind: 'plane', halfSide: 12 } }, /expected more than data\.distance \+ 3 data\.deviation/],
  [{ data: { kind: 'plane', validation: 0.6, test: 0.5 } }, /must leave something for training/],
])('its schema refuses %j', (raw, message) => {
  const { error } = confidentConfigSchema.safeParse(raw);
  expect(error?.issues.map((issue) => issue.message).join()).toMatch(message);
});

it('tells of images beside points while the config is typed', async () => {
  const config = confidentConfigSchema.parse({ data: { kind: 'plane' }, unseen: { kind: 'shapes' } });
  await expect(confidentClassifier.check!(config)).rejects.toThrow(/^unseen\.kind/);
});
