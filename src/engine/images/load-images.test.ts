import { expect, it } from 'vitest';
import {
  hostOf,
  idxFile,
  imagesOf,
  range,
  twentyImages,
  readTwenty as read,
} from '../../../test/support/images/idx.ts';
import { splits } from '../../shared/split.ts';
import { needLabels } from './config.ts';
import { describeImages, imageFacts } from './load-images.ts';

/** Numbers of the images of each split, read off their first pixels. */
async function numbersOf(config: object): Promise<number[][]> {
  const data = await read(config);
  const size = data.height * data.width;
  return splits.map((split) =>
    range(data[split].count).map((n) => Math.round(255 * data[split].pixels[n * size]!)),
  );
}

it('has grey values by rows, labels beside them, and every image in one split', async () => {
  const data = await read({ validation: 0.2, test: 0.3 });
  expect([data.height, data.width, data.classes, data.entropy]).toEqual([2, 3, 2, null]);
  expect(splits.map((split) => data[split].count)).toEqual([10, 4, 6]);
  for (const split of splits) {
    const { pixels, labels, count } = data[split];
    for (let n = 0; n < count; n++) {
      const [first, ...others] = [...pixels.subarray(6 * n, 6 * (n + 1))].map((value) => value * 255);
      expect(Math.round(first!) % 2).toBe(labels![n]);
      expect(others.map(Math.round)).toEqual([1, 2, 3, 4, 255]);
    }
    // Either label in its proportion.
    expect(labels!.reduce((sum, label) => sum + label, 0)).toBe(count / 2);
  }
  const all = (await numbersOf({ validation: 0.2, test: 0.3 })).flat();
  expect(all.sort((a, b) => a - b)).toEqual(range(20));
});

it('splits by the seed alone, in random order', async () => {
  const first = await numbersOf({});
  expect(await numbersOf({})).toEqual(first);
  expect(await numbersOf({ seed: 2 })).not.toEqual(first);
  expect(first[0]).not.toEqual([...first[0]!].sort((a, b) => a - b));
});

it('has test files as the test split, and takes no more images than the limit of either', async () => {
  const given = { testImages: 'test-images', testLabels: 'test-labels', validation: 0.25 };
  const [train, validation, test] = await numbersOf(given);
  expect([train!.length, validation!.length, test!.sort()]).toEqual([15, 5, [100, 101, 102, 103]]);
  expect((await numbersOf({ ...given, limit: 4 })).map(({ length }) => length)).toEqual([3, 1, 4]);
  const limited = await numbersOf({ ...given, limit: 3 });
  expect(limited.map(({ length }) => length)).toEqual([2, 1, 3]);
});

it('turns transposed images', async () => {
  const data = await read({ transposed: true });
  expect([data.height, data.width]).toEqual([3, 2]);
  expect([...data.train.pixels.subarray(1, 6)].map((value) => Math.round(value * 255))).toEqual([
    3, 1, 4, 2, 255,
  ]);
});

it('warns that images of EMNIST lie on their side', async () => {
  const host = hostOf({ 'emnist-images': twentyImages.images });
  await imagesOf({ kind: 'idx', images: 'emnist-images' }, host);
  expect(host.told).toEqual([
    'emnist-images: images of EMNIST come with rows and columns exchanged; set data.transposed to turn them',
  ]);
  const turned = hostOf({ 'emnist-images': twentyImages.images });
  await imagesOf({ kind: 'idx', images: 'emnist-images', transposed: true }, turned);
  expect(turned.told).toEqual([]);
});

it('takes images without labels, of one label, and of one pixel', async () => {
  const unlabelled = await read({ labels: null });
  expect([unlabelled.classes, unlabelled.train.labels]).toEqual([0, null]);
  expect(() => needLabels(unlabelled)).toThrow('found no labels in images;');
  const single = await read({ labels: 'one' }, { one: idxFile([20], range(20).fill(3)) });
  expect(() => needLabels(single)).toThrow('found a single one in images;');
  expect(() => needLabels(single)).toThrow('data: expected labels of several classes');
  const dots = { dots: idxFile([20, 1, 1], range(20)) };
  expect((await read({ images: 'dots' }, dots)).train.pixels).toHaveLength(14);
});

const threshold = { binarize: 'threshold', threshold: 0.02 };

it('binarises by a threshold, once, or the held-out splits alone', async () => {
  const cut = await read(threshold);
  for (const split of splits) {
    const { pixels, count } = cut[split];
    // 255 x 0.02 = 5.1
    for (let n = 0; n < count; n++)
      expect([...pixels.subarray(6 * n + 1, 6 * (n + 1))]).toEqual([0, 0, 0, 0, 1]);
  }
  const isBit = (value: number) => value === 0 || value === 1;
  const fixed = await read({ binarize: 'fixed' });
  for (const split of splits) expect(fixed[split].pixels.every(isBit)).toBe(true);
  expect((await read({ binarize: 'fixed' })).train.pixels).toEqual(fixed.train.pixels);
  const anew = await read({ binarize: 'stochastic' });
  expect(anew.train.pixels).toEqual((await read()).train.pixels);
  expect(anew.test.pixels).toEqual(fixed.test.pixels);
});

it('says what was read and what became of grey values', async () => {
  const sizes =
    'images, 2 x 3 pixels, in 2 classes: 14 images for training, 2 for validation, 4 for testing; ';
  expect(describeImages(await read())).toBe(`${sizes}grey values as they are.`);
  expect(describeImages(await read(threshold))).toBe(`${sizes}pixels 1 above a threshold.`);
  expect(describeImages(await read({ binarize: 'stochastic' }))).toContain(
    'training pixels drawn again at every use',
  );
  expect(imageFacts(await read()).map(({ label, value }) => `${label} ${value}`)).toEqual(
    expect.arrayContaining(['Height 2', 'Width 3', 'Classes 2', 'Training images 14', 'Test images 4']),
  );
});

it.each([2, 3, 5])('has every pattern of bars and stripes once: side %i', async (side) => {
  const data = await imagesOf({ kind: 'bars-and-stripes', side });
  const size = side * side;
  const patterns = new Set(
    range(data.train.count).map((n) => data.train.pixels.subarray(n * size, (n + 1) * size).join('')),
  );
  expect(data.train.count).toBe(2 ** (side + 1) - 2);
  expect(patterns.size).toBe(data.train.count);
  expect(data.entropy).toBe(Math.log(patterns.size));
  for (const pattern of patterns) {
    const rows = range(side).map((row) => pattern.slice(row * side, (row + 1) * side));
    const plain = rows.every((row) => new Set(row).size === 1);
    expect(plain || new Set(rows).size === 1).toBe(true);
  }
});

it('draws shapes of six classes, each whole inside its image', async () => {
  const data = await imagesOf({ kind: 'shapes', count: 60, side: 12 });
  expect([data.classes, data.train.count, data.validation.count, data.test.count]).toEqual([6, 42, 6, 12]);
  expect([...data.test.labels!].sort()).toEqual(range(12).map((n) => Math.floor(n / 2)));
  for (let n = 0; n < data.train.count; n++) {
    const image = data.train.pixels.subarray(n * 144, (n + 1) * 144);
    expect(Math.max(...image)).toBeGreaterThan(0.3);
    const mass = image.reduce((sum, value) => sum + value, 0);
    expect(mass).toBeGreaterThan(3);
    expect(mass).toBeLessThan(100);
  }
});
